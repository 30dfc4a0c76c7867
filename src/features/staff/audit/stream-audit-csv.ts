import { pipeline, Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { Db } from '#foundation/db.ts';
import { readAuditPage } from './audit-reads.ts';
import {
  type AuditCursor,
  type AuditFilter,
  auditColumns,
  maxAuditPage,
  toAuditLine,
} from './audit-rules.ts';

/**
 * Entries from the newest on as CSV: UTF-8 with a byte order mark, for spreadsheets, which then run no cell as a
 * formula. Pages are read as fast as the reader takes them, so that any number of entries needs the memory of one.
 * @param zone of the columns `day` and `time`
 */
export function streamAuditCsv(db: Db, filter: AuditFilter, zone: string): Readable {
  const lines = Readable.from(readLines(db, filter, zone));
  const csv = stringify({
    bom: true,
    header: true,
    columns: [...auditColumns],
    quoted: true,
    quoted_empty: true,
    escape_formulas: true,
    record_delimiter: 'windows',
  });
  // A fault on the way destroys the output with it: whoever downloads sees that the file is not whole.
  return pipeline(lines, csv, () => undefined);
}

async function* readLines(db: Db, filter: AuditFilter, zone: string) {
  let after: AuditCursor | null = null;
  do {
    const page: Awaited<ReturnType<typeof readAuditPage>> = await readAuditPage(db, filter, {
      after,
      limit: maxAuditPage,
    });
    for (const entry of page.entries) yield toAuditLine(entry, zone);
    after = page.next;
  } while (after !== null);
}
