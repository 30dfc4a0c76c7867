import { invitationLink } from '#features/staff/accounts/create-invitation.ts';
import { normaliseName } from '#features/staff/accounts/credential-rules.ts';
import { makeOwner } from '#features/staff/accounts/make-owner.ts';
import { wireClock } from '#foundation/clock.ts';
import { connectDatabase } from '#foundation/db.ts';
import { isDatabaseOutage } from '#foundation/errors.ts';
import { createLogger } from '#foundation/log.ts';
import { loadLinkSettings } from '../config.ts';

const usage = `npm run owner -- NAME    prints a one-time link: for the first owner, or for one who lost their way in
`;
const actor = { kind: 'system', id: 'command:owner' } as const;

const name = normaliseName(process.argv.slice(2).join(' '));
if (!/^[^\p{Cc}\p{Cf}-][^\p{Cc}\p{Cf}]{0,39}$/u.test(name)) {
  process.stderr.write(`${usage}A name has 1 to 40 characters.\n`);
  process.exit(1);
}
const { databaseUrl, publicUrl } = loadLinkSettings();
const connection = connectDatabase(databaseUrl, { log: createLogger('warn'), name: 'owner', max: 1 });
const now = wireClock.now();
const made = await connection.db
  .transaction()
  .execute((tx) => makeOwner(tx, { name, actor, now, wireNow: now }))
  .catch((error: unknown) => {
    if (!isDatabaseOutage(error)) throw error;
    process.stderr.write('The database of DATABASE_URL does not answer: is it running, and may we enter?\n');
    process.exit(1);
  });
await connection.close();
if (made.ok) {
  const until = made.invitation.expiresAt.toISOString();
  const what = made.isNew
    ? `"${name}" is an owner now.`
    : `"${name}" sets new credentials; the old ones hold until then.`;
  process.stdout.write(
    `${what} Open this once, before ${until}:\n${invitationLink(publicUrl, made.invitation.token)}\n`,
  );
} else {
  process.stderr.write(`"${name}" works here in another role: an owner can change it in the console.\n`);
  process.exitCode = 1;
}
