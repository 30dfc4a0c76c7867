import {
  type ApiProblem,
  type FieldProblem,
  fieldConflict,
  fieldProblem,
  problem,
} from '#foundation/http.ts';
import { neverHappens } from '#foundation/outcome.ts';
import type { DataProblem } from '../section-rules.ts';
import type { PublishDraftOutcome } from './publish-draft.ts';
import type { ChangeDraftOutcome } from './save-draft.ts';

type Refusal = Extract<PublishDraftOutcome | ChangeDraftOutcome, { ok: false }>;

/** So many places are named; more would not be read. */
const mostFields = 50;

/** A 422 that names each place of the data that cannot be read. */
export const badData = (problems: readonly DataProblem[]): ApiProblem =>
  problem(
    422,
    'invalid',
    'Some fields are not acceptable',
    problems.slice(0, mostFields).map(({ path, ...rest }) => ({ path: inData(path), ...rest })),
  );

/** Words a refusal for the caller, with the places that it is about. */
export function throwRefusal(refusal: Refusal): never {
  switch (refusal.reason) {
    case 'unknown_draft':
      throw problem(404, 'unknown_draft', 'There is no such draft');
    case 'not_open':
      throw fieldConflict('params.id', 'not_open', `This draft is ${refusal.state} and changes no more`);
    case 'changed_meanwhile':
      throw conflict('changed_meanwhile', 'Somebody else changed this draft meanwhile', [
        {
          path: 'revision',
          code: 'changed_meanwhile',
          message: `It is at revision ${refusal.revision} now: read it again`,
        },
      ]);
    case 'unknown_version':
      throw fieldProblem('basedOnVersion', 'unknown_version', `The newest version is ${refusal.newest}`);
    case 'bad_data':
      throw badData(refusal.problems);
    case 'in_past':
      throw fieldProblem('effectiveFrom', 'in_past', 'Rules do not reach back: now or later');
    case 'before_scheduled': {
      const from = refusal.effectiveFrom.toISOString();
      const words = `Version ${refusal.version} begins at ${from} and would take over: begin then or later, or say isInterim`;
      throw conflict('before_scheduled', words, [
        { path: 'effectiveFrom', code: 'before_scheduled', message: words },
      ]);
    }
    case 'basis_outdated': {
      const { basedOnVersion, newestVersion, changes } = refusal;
      const words = `Based on version ${basedOnVersion}, but version ${newestVersion} was published since`;
      throw conflict(
        'basis_outdated',
        words,
        changes.slice(0, mostFields).map(({ path, before, after }) => ({
          path: inData(path),
          code: 'changed',
          message: `Was ${JSON.stringify(before)}, is ${JSON.stringify(after)}`,
        })),
      );
    }
    case 'faulty':
      throw problem(
        422,
        'faulty',
        'The linter found errors',
        refusal.findings
          .filter(({ severity }) => severity === 'error')
          .map(({ path, code, words }) => ({ path: inData(path), code, message: words.en })),
      );
    default:
      return neverHappens(refusal);
  }
}

const inData = (path: string): string => (path === '' ? 'data' : `data.${path}`);
const conflict = (code: string, words: string, fields: readonly FieldProblem[]): ApiProblem =>
  problem(409, code, words, fields);
