import { Text, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { ApiRefusal } from '../../../kit/browser/api-client.ts';
import { describeProblem } from '../../../kit/browser/describe-problem.ts';
import { Dialog } from '../../../kit/browser/dialog.tsx';
import { FormFrame } from '../../../kit/browser/form-frame.tsx';
import { useKitWords, useWords } from '../../../kit/browser/language.tsx';
import { toastDone, toastProblem } from '../../../kit/browser/toasts.ts';
import { useApiForm } from '../../../kit/browser/use-api-form.ts';
import { WhatChanges } from './approval-card.tsx';
import { type Approval, approvalCalls } from './approvals-api.ts';
import { approvalsBook } from './approvals-book.ts';

export type Decision = { kind: 'approve' | 'reject' | 'withdraw'; approval: Approval };

/** What is about to happen, once more, and room for a note. */
export function DecisionDialog({ decision, onClose }: { decision: Decision | null; onClose: () => void }) {
  const words = useWords(approvalsBook);
  return (
    <Dialog
      opened={decision !== null}
      onClose={onClose}
      title={decision ? words.ask[decision.kind].title : ''}
    >
      {decision && <DecisionForm decision={decision} onClose={onClose} />}
    </Dialog>
  );
}

function DecisionForm({ decision, onClose }: { decision: Decision; onClose: () => void }) {
  const words = useWords(approvalsBook);
  const kit = useKitWords();
  const client = useQueryClient();
  const { kind, approval } = decision;
  const said = words.ask[kind];
  const of = useApiForm({
    start: { note: '' },
    check: ({ note }) => ({ note: kind === 'reject' && note.trim() === '' && 'required' }),
    send: async ({ note }) => {
      try {
        if (kind === 'withdraw') await approvalCalls.withdraw(approval.id);
        else await approvalCalls[kind]({ id: approval.id, note: note.trim() });
        return null;
      } catch (error) {
        if (isOver(error)) return error;
        throw error;
      } finally {
        // A refusal means that it changed elsewhere.
        void client.invalidateQueries({ queryKey: ['approvals'] });
      }
    },
    after: (overtaken) => {
      if (overtaken) toastProblem(describeProblem(kit, overtaken));
      else toastDone(said.done);
      onClose();
    },
  });
  return (
    <FormFrame of={of} send={said.yes} onCancel={onClose}>
      <Text fw={600}>{approval.summary.text}</Text>
      <dl className="facts">
        <WhatChanges approval={approval} />
      </dl>
      <Text>{said.text}</Text>
      {kind !== 'withdraw' && (
        <Textarea
          label={kind === 'reject' ? words.noteNeeded : words.noteOptional}
          rows={3}
          maxLength={300}
          {...of.form.getInputProps('note')}
        />
      )}
    </FormFrame>
  );
}

/** Somebody else, or time, was faster: there is nothing left to decide here. */
const isOver = (error: unknown): error is ApiRefusal =>
  error instanceof ApiRefusal && ['already_decided', 'expired', 'not_found'].includes(error.code);
