import { join } from 'node:path';
import { wireClock } from '#foundation/clock.ts';
import { describeError } from '#foundation/errors.ts';
import { createLogger } from '#foundation/log.ts';
import { neverHappens } from '#foundation/outcome.ts';
import { createStatelessTokens, fixedToken } from '#line/client-tokens.ts';
import { createRichMenuClient } from '#line/rich-menu-client.ts';
import { readRichMenuFiles } from '#line/rich-menu-files.ts';
import { type PublishOutcome, publishRichMenus } from '#line/rich-menus.ts';
import { loadLineSettings } from '../config.ts';

/** npm run rich-menus [-- FOLDER]: makes the account's rich menus equal to the folder's, rich-menus/ by default. */
const folder = process.argv[2] ?? join(import.meta.dirname, '../../rich-menus');
const { line, logLevel } = loadLineSettings();
const { apiBaseUrl, dataApiBaseUrl, channelAccessToken, channelId = '', channelSecrets } = line;
const token = channelAccessToken
  ? fixedToken(channelAccessToken)
  : createStatelessTokens({ apiBaseUrl, channelId, channelSecret: channelSecrets[0] ?? '', wire: wireClock });
const client = createRichMenuClient({ apiBaseUrl, dataApiBaseUrl, accessToken: token.read });

try {
  const outcome = await publishRichMenus(client, await readRichMenuFiles(folder), createLogger(logLevel));
  (outcome.ok ? process.stdout : process.stderr).write(`${describe(outcome)}\n`);
  process.exitCode = outcome.ok ? 0 : 1;
} catch (error) {
  process.stderr.write(
    `${describeError(error)}\nOnce that is mended, run it again: it goes on where it stopped.\n`,
  );
  process.exitCode = 1;
}

function describe(outcome: PublishOutcome): string {
  if (outcome.ok) {
    if (outcome.created.length + outcome.deleted === 0) return 'The rich menus are up to date.';
    return `Created: ${outcome.created.join(', ') || 'none'}. Replaced and deleted: ${outcome.deleted}.`;
  }
  switch (outcome.reason) {
    case 'rate_limited':
      return {
        create:
          'LINE lets 100 menus be created an hour. Run it again in an hour: it goes on where it stopped.',
        move: 'LINE lets people be moved 3 times an hour. New friends see the new menus, the others keep the old ones until it is run again in 20 minutes or more.',
        delete:
          'All is published; LINE lets 100 menus be deleted an hour. Run it again in an hour to delete the rest.',
      }[outcome.step];
    case 'moves_unfinished':
      return outcome.phase === 'failed'
        ? 'LINE could not move everyone to the new menus; the old ones stay for them. Run it again in 20 minutes or more.'
        : 'LINE is still moving people to the new menus; the old ones stay until it is run again.';
    default:
      return neverHappens(outcome);
  }
}
