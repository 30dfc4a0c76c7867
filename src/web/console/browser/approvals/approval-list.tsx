import { Button } from '@mantine/core';
import { useState } from 'react';
import { useKitWords, useWords } from '../../../kit/browser/language.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../../kit/browser/states.tsx';
import { usePagedList } from '../../../kit/browser/use-paged-list.ts';
import { ApprovalCard } from './approval-card.tsx';
import type { Approval } from './approvals-api.ts';
import { approvalsBook } from './approvals-book.ts';
import { type Decision, DecisionDialog } from './decision-dialog.tsx';

/** Requests as cards: each says what it would do before anybody decides. */
export function ApprovalList({ state }: { state: 'waiting' | 'decided' }) {
  const words = useWords(approvalsBook);
  const kit = useKitWords();
  const list = usePagedList<Approval>('approvals', { state });
  const [decision, setDecision] = useState<Decision | null>(null);
  if (list.items === null) {
    return list.error ? <ErrorState error={list.error} onRetry={list.retry} /> : <LoadingState rows={2} />;
  }
  return (
    <>
      {list.items.length === 0 && <EmptyState {...words.empty[state]} />}
      <ul className="cards">
        {list.items.map((approval) => (
          <li key={approval.id}>
            <ApprovalCard approval={approval} onDecide={setDecision} />
          </li>
        ))}
      </ul>
      {list.hasMore && (
        <div className="list-more">
          <Button variant="default" loading={list.isLoadingMore} onClick={list.loadMore}>
            {kit.buttons.more}
          </Button>
        </div>
      )}
      <DecisionDialog decision={decision} onClose={() => setDecision(null)} />
    </>
  );
}
