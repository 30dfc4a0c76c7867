import type { Generated } from 'kysely';

type AudiencesTable = { id: Generated<number>; key: string; name: string; created_at: Date };

type AudienceMembersTable = { audience_id: number; member_id: number; added_at: Date };

declare module '#foundation/db.ts' {
  interface Database {
    audiences: AudiencesTable;
    audience_members: AudienceMembersTable;
  }
}
