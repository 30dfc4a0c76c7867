import { useWords } from '../../../kit/browser/language.tsx';
import { Door } from './door.tsx';
import { EnrolmentForm } from './enrolment-form.tsx';
import { sessionBook } from './session-book.ts';
import { SomebodyElse } from './somebody-else.tsx';
import { useRenewSession } from './use-session.ts';

/** Owners need a second factor before anything else. */
export function EnrolmentPanel({ brandName }: { brandName: string }) {
  const words = useWords(sessionBook);
  const renew = useRenewSession();
  return (
    <Door brandName={brandName} title={words.enrolment.title} text={words.enrolment.text}>
      <EnrolmentForm onDone={() => renew('person')} />
      <SomebodyElse />
    </Door>
  );
}
