import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CopyField } from '../../../kit/browser/copy-field.tsx';
import { FormFrame } from '../../../kit/browser/form-frame.tsx';
import { useWords } from '../../../kit/browser/language.tsx';
import { ErrorState, LoadingState } from '../../../kit/browser/states.tsx';
import { useApiForm } from '../../../kit/browser/use-api-form.ts';
import { CodeInput, digitsOf } from './code-input.tsx';
import { sessionBook } from './session-book.ts';
import { sessionCalls } from './use-session.ts';

export type EnrolmentSecret = Awaited<ReturnType<typeof sessionCalls.enrol>>;

/** On the way in: a new secret for the authenticator app, asked for once. */
export function EnrolmentForm({ onDone }: { onDone: () => void | Promise<void> }) {
  // Every asking makes a new secret: it is asked once for each time that the form is opened.
  const secret = useQuery({
    queryKey: ['enrolment'],
    queryFn: () => sessionCalls.enrol(),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  if (secret.error) return <ErrorState error={secret.error} onRetry={() => void secret.refetch()} />;
  if (!secret.data) return <LoadingState rows={3} />;
  return <EnrolmentCode secret={secret.data} onDone={onDone} />;
}

type CodeOf = { secret: EnrolmentSecret; onDone: () => void | Promise<void>; onCancel?: () => void };

/** The secret, by QR or by hand, and the code that proves it arrived. */
export function EnrolmentCode({ secret, onDone, onCancel }: CodeOf) {
  const words = useWords(sessionBook);
  const of = useApiForm({
    start: { code: '' },
    check: ({ code }) => ({ code: digitsOf(code).length !== 6 && 'six_digits' }),
    send: ({ code }) => sessionCalls.confirmEnrolment({ code: digitsOf(code) }),
    after: () => onDone(),
  });
  return (
    <Stack gap="md">
      <Text>{words.enrolment.scan}</Text>
      <img className="qr" src={secret.qr} alt={words.enrolment.qr} />
      <CopyField label={words.enrolment.secret} value={secret.secret} />
      <FormFrame of={of} send={words.enrolment.send} {...(onCancel && { onCancel })}>
        <CodeInput label={words.enrolment.code} {...of.form.getInputProps('code')} />
      </FormFrame>
    </Stack>
  );
}
