import { useQuery } from '@tanstack/react-query';
import { callApi } from '../../../kit/browser/api-client.ts';
import type { PageOf } from '../../../kit/browser/contract.ts';
import { useMay } from '../session/use-session.ts';

export type Approval = {
  id: string;
  kind: string;
  store: { id: string; name: string } | null;
  summary: { lines: { label: string; value: string }[]; text: string };
  reason: string;
  askedBy: { id: string; name: string };
  askedAt: string;
  expiresAt: string;
  state: string;
  decidedBy: { id: string; name: string } | null;
  decidedAt: string | null;
  note: string | null;
  mayDecide: boolean;
  isMine: boolean;
};

export const approvalCalls = {
  approve: ({ id, note }: { id: string; note: string }) =>
    callApi<Approval>('POST', `approvals/${id}/approve`, note === '' ? {} : { note }),
  reject: ({ id, note }: { id: string; note: string }) =>
    callApi<Approval>('POST', `approvals/${id}/reject`, { note }),
  withdraw: (id: string) => callApi<Approval>('POST', `approvals/${id}/withdraw`),
};

/** What waits, first page, and how much of it this person may decide. Not polled: that would keep an idle session alive. */
export function useWaitingApprovals() {
  const may = useMay();
  const query = useQuery({
    queryKey: ['approvals', 'first'],
    queryFn: () => callApi<PageOf<Approval>>('GET', 'approvals?state=waiting'),
    enabled: may('approvals.decide') || may('points.adjust'),
  });
  const items = query.data?.items ?? null;
  return { items, forMe: items?.filter(({ mayDecide }) => mayDecide).length ?? 0, query };
}
