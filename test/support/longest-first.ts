import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longer than ten seconds, longest first: begun late, one of them alone would hold up the end. */
const long = [
  'storm/delivery',
  'web/console/console-work',
  'stories/sigterm',
  'browser/demo-tour',
  'storm/ledger',
  'simulator-browser/page',
  'web/staff/staff-page',
  'simulator-browser/phone',
  'stories/birthday-morning',
  'simulator-browser/till',
  'browser/staff-day',
  'stories/kill-and-restart',
  'stories/win-back',
  'web/console/console-page',
  'stories/line-is-down',
  'flows/plan-morning',
  'web/rules/rules-page',
  'storm/bodies',
  'outbox/reply',
  'stories/friend-invites-friend',
  'outbox/keep-pace',
  'outbox/pace-processes',
  'seed/seed-demo-brand',
  'browser/demo-refusals',
  'simulator-browser/build',
];

/** The same order on a machine that ran the tests before and on one that did not. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = (file: TestSpecification) => {
      const name = relative(import.meta.dirname, file.moduleId)
        .replace('../', '')
        .replace('.test.ts', '');
      const at = long.indexOf(name);
      return at < 0 ? long.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}
