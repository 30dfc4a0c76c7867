import { z } from 'zod';

/** One entry of `details` in LINE's error body: what is wrong, and where. */
export type LineProblem = { message: string; property: string };

/** LINE's error body. */
export type LineErrorBody = { message: string; details?: LineProblem[] };

/** `['messages', 0, 'text']` → `messages[0].text`, as LINE writes a place in a body. */
export function propertyOf(path: readonly PropertyKey[]): string {
  let property = '';
  for (const step of path) {
    if (typeof step === 'number') property += `[${step}]`;
    else property += property === '' ? String(step) : `.${String(step)}`;
  }
  return property;
}

/** Everything LINE would refuse in `value`; empty when it would be accepted. */
export function findProblems(schema: z.ZodType, value: unknown): LineProblem[] {
  const result = schema.safeParse(value);
  return result.success ? [] : result.error.issues.flatMap(toProblems);
}

/** The 400 body for a list of problems. */
export function refuse(details: LineProblem[]): LineErrorBody {
  return { message: `The request body has ${details.length} error(s)`, details };
}

function toProblems(issue: z.core.$ZodIssue): LineProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      message: 'Unknown property',
      property: propertyOf([...issue.path, key]),
    }));
  }
  return [{ message: wordOf(issue), property: propertyOf(issue.path) }];
}

function wordOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined') ? 'May not be empty' : `Must be ${issue.expected}`;
    case 'invalid_value':
      return `Must be one of the following values: [${issue.values.join(', ')}]`;
    default:
      return issue.message;
  }
}

/**
 * An object whose other properties depend on the value of one of them. `table` is asked when a value
 * is checked, so that components may contain each other.
 */
export function variant(key: string, table: () => Record<string, z.ZodType>): z.ZodType {
  return z.unknown().superRefine((value, ctx) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      const message = value === undefined ? 'May not be empty' : 'Must be object';
      ctx.addIssue({ code: 'custom', path: [], message, fatal: true });
      return;
    }
    const options = table();
    const name = (value as Record<string, unknown>)[key];
    const schema = typeof name === 'string' && Object.hasOwn(options, name) ? options[name] : undefined;
    if (schema === undefined) {
      const message =
        name === undefined
          ? 'May not be empty'
          : `Must be one of the following values: [${Object.keys(options).join(', ')}]`;
      ctx.addIssue({ code: 'custom', path: [key], message, fatal: true });
      return;
    }
    const result = schema.safeParse(value);
    if (result.success) return;
    for (const issue of result.error.issues) {
      const places = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
      const message = issue.code === 'unrecognized_keys' ? 'Unknown property' : wordOf(issue);
      for (const place of places) {
        const path = place === undefined ? [...issue.path] : [...issue.path, place];
        // Fatal: a container's own rules may then trust the shape of what it contains.
        ctx.addIssue({ code: 'custom', path, message, fatal: true });
      }
    }
  });
}
