import { loadDatabaseUrl } from '../config.ts';
import { connectDatabase } from '../foundation/db.ts';
import { createLogger } from '../foundation/log.ts';
import { proveAll, tellFindings } from '../foundation/prove.ts';
import { proofs } from '../proofs.ts';

if (process.argv.length > 2) {
  process.stderr.write('npm run audit   proves points, coupons, tiers and referrals; it changes nothing\n');
  process.exit(2);
}

const connection = connectDatabase(loadDatabaseUrl(), {
  log: createLogger('warn'),
  name: 'shuke-audit',
  max: 1,
});
try {
  const findings = await proveAll(connection.db, proofs);
  process.stdout.write(tellFindings(findings));
  process.exitCode = findings.first === null ? 0 : 1;
} finally {
  await connection.close();
}
