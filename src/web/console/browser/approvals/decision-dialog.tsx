import { Text, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Dialog } from '../../../kit/browser/dialog.tsx';
import { FormFrame } from '../../../kit/browser/form-frame.tsx';
import { useWords } from '../../../kit/browser/language.tsx';
import { toastDone } from '../../../kit/browser/toasts.ts';
import { useApiForm } from '../../../kit/browser/use-api-form.ts';
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
  const client = useQueryClient();
  const { kind, approval } = decision;
  const said = words.ask[kind];
  const of = useApiForm({
    start: { note: '' },
    check: ({ note }) => ({ note: kind === 'reject' && note.trim() === '' && 'required' }),
    send: async ({ note }) => {
      try {
        if (kind === 'withdraw') return await approvalCalls.withdraw(approval.id);
        return await approvalCalls[kind]({ id: approval.id, note: note.trim() });
      } finally {
        // A refusal means that it changed elsewhere.
        void client.invalidateQueries({ queryKey: ['approvals'] });
      }
    },
    after: () => {
      toastDone(said.done);
      onClose();
    },
  });
  return (
    <FormFrame of={of} send={said.yes} onCancel={onClose}>
      <Text fw={600}>{approval.summary.text}</Text>
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
