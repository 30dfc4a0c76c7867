import { Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

/** A page's name, in a sentence what it is for, and its main action. */
export function PageHeader({ title, text, action }: { title: string; text?: string; action?: ReactNode }) {
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <header className="page-header">
      <div>
        <Title order={1} size="h2">
          {title}
        </Title>
        {text && (
          <Text c="dimmed" mt={4}>
            {text}
          </Text>
        )}
      </div>
      {action}
    </header>
  );
}
