/** Who did something, or what it was done to. */
export type AuditParty = { kind: string; id: string; name: string | null };

export type AuditEntry = {
  id: string;
  at: string;
  actor: AuditParty;
  action: string;
  subject: AuditParty;
  memberNo: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  place: { store: string | null; device: string | null; address: string | null };
};

/** What the form holds; empty = does not narrow. Days are the brand's. */
export type AuditFilters = { from: string; to: string; actorId: string; action: string; memberNo: string };

export const noFilters: AuditFilters = { from: '', to: '', actorId: '', action: '', memberNo: '' };

/** What is sent: filled fields only, a member number only when it is whole. */
export function toQuery(filters: AuditFilters): Record<string, string> {
  const memberNo = filters.memberNo.normalize('NFKC').replace(/\D/g, '');
  const sent = { ...filters, memberNo: memberNo.length === 10 ? memberNo : '' };
  return Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== ''));
}
