import { Button } from '@mantine/core';
import { Link } from 'wouter';
import { useKitWords } from '../../kit/browser/language.tsx';
import { PageHeader } from '../../kit/browser/page-header.tsx';

/** An address that leads nowhere. */
export function NoPage() {
  return <WayBack {...useKitWords().noPage} />;
}

/** A page that exists, but not for this role. */
export function NoRight() {
  return <WayBack {...useKitWords().noRight} />;
}

function WayBack({ title, text }: { title: string; text: string }) {
  const words = useKitWords();
  return (
    <>
      <PageHeader title={title} text={text} />
      <Button component={Link} href="/" variant="light">
        {words.buttons.home}
      </Button>
    </>
  );
}
