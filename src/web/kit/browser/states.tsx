import { Button, Skeleton, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { describeProblem } from './describe-problem.ts';
import { useKitWords } from './language.tsx';

/** Nothing to show, and what would change that. */
export function EmptyState({ title, text, action }: { title: string; text?: string; action?: ReactNode }) {
  return (
    <div className="state">
      <Text fw={600}>{title}</Text>
      {text && <Text c="dimmed">{text}</Text>}
      {action}
    </div>
  );
}

/** Rows that are on their way. */
export function LoadingState({ rows = 4 }: { rows?: number }) {
  const words = useKitWords();
  return (
    <Stack gap="sm" role="status" aria-label={words.loading}>
      {Array.from({ length: rows }, (_, row) => `row-${row}`).map((key) => (
        <Skeleton key={key} height={48} radius="md" />
      ))}
    </Stack>
  );
}

/** What could not be loaded, what helps, and the way to try again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const words = useKitWords();
  return (
    <div className="state" role="alert">
      <Text fw={600}>{words.broken}</Text>
      <Text c="dimmed">{describeProblem(words, error)}</Text>
      <Button variant="default" onClick={onRetry}>
        {words.buttons.retry}
      </Button>
    </div>
  );
}
