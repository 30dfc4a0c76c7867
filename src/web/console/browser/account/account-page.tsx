import { Alert, Button, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { usesDevice } from '#features/staff/permission-rules.ts';
import { callApi } from '../../../kit/browser/api-client.ts';
import { Dialog } from '../../../kit/browser/dialog.tsx';
import { useWords } from '../../../kit/browser/language.tsx';
import { PageHeader } from '../../../kit/browser/page-header.tsx';
import { toastDone } from '../../../kit/browser/toasts.ts';
import { useAction } from '../../../kit/browser/use-action.ts';
import { useRenewSession, useSignedIn } from '../session/use-session.ts';
import { accountBook } from './account-book.ts';
import { AccountLanguage } from './account-language.tsx';
import { FactorForm, PasswordForm, PinForm } from './secret-forms.tsx';

type Opened = 'password' | 'pin' | 'factor' | null;

/** One's own ways in: what is set, and how to change it. */
export function AccountPage() {
  const words = useWords(accountBook);
  const { staff, hasLineLogin } = useSignedIn();
  const renew = useRenewSession();
  const [opened, setOpened] = useState<Opened>(null);
  const close = () => setOpened(null);
  const closeWith = async (message: string) => {
    await renew();
    close();
    toastDone(message);
  };
  const link = useAction({
    act: () => callApi<{ url: string }>('POST', 'session/line-link'),
    renews: [],
    after: ({ url }) => window.location.assign(url),
  });
  const lineNews = new URLSearchParams(window.location.search).get('line');
  return (
    <>
      <PageHeader title={words.title} text={words.text} />
      {lineNews === 'linked' && (
        <Alert color="brand" mb="lg" role="status">
          {words.line.linked}
        </Alert>
      )}
      <div className="stack-page">
        <Way
          title={words.password.title}
          text={words.password.text}
          act={words.password.change}
          onAct={() => setOpened('password')}
        />
        <Way
          title={words.factor.title}
          text={staff.hasSecondFactor ? words.factor.on : words.factor.off}
          act={staff.hasSecondFactor ? words.factor.change : words.factor.add}
          onAct={() => setOpened('factor')}
        />
        {usesDevice(staff.role) && (
          <Way
            title={words.pin.title}
            text={staff.hasPin ? words.pin.on : words.pin.off}
            act={staff.hasPin ? words.pin.change : words.pin.add}
            onAct={() => setOpened('pin')}
          />
        )}
        {hasLineLogin && (
          <Way
            title={words.line.title}
            text={staff.hasLineLogin ? words.line.on : words.line.off}
            act={staff.hasLineLogin ? words.line.change : words.line.add}
            onAct={() => link.run(undefined)}
          />
        )}
        <Way title={words.language.title} text={words.language.text}>
          <AccountLanguage />
        </Way>
      </div>
      <Dialog opened={opened === 'password'} onClose={close} title={words.password.change}>
        <PasswordForm onDone={() => closeWith(words.password.done)} onCancel={close} />
      </Dialog>
      <Dialog opened={opened === 'pin'} onClose={close} title={words.pin.change}>
        <PinForm onDone={() => closeWith(words.pin.done)} onCancel={close} />
      </Dialog>
      <Dialog opened={opened === 'factor'} onClose={close} title={words.factor.title}>
        <FactorForm onDone={() => closeWith(words.factor.done)} onCancel={close} />
      </Dialog>
    </>
  );
}

type WayOf = { title: string; text: string; act?: string; onAct?: () => void; children?: ReactNode };

function Way({ title, text, act, onAct, children }: WayOf) {
  return (
    <section className="panel panel-pad way">
      <div>
        <Title order={2} size="h5">
          {title}
        </Title>
        <Text c="dimmed">{text}</Text>
      </div>
      {children}
      {act && (
        <Button variant="default" onClick={onAct}>
          {act}
        </Button>
      )}
    </section>
  );
}
