import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const src = join(root, 'src');

/** The street: a room imports only from rooms that stand before it. */
const street = ['foundation', 'line', 'friends', 'outbox', 'features', 'inbox', 'web', 'simulator'];
const featureStreet = [
  'stores',
  'staff',
  'members',
  'audiences',
  'media',
  'links',
  'tasks',
  'products',
  'points',
  'coupons',
  'purchases',
  'referrals',
  'tiers',
  'rules',
  'surveys',
  'insights',
  'segments',
  'flows',
  'campaigns',
  'consultants',
  'reports',
];
const roofs = [
  'reactions.ts',
  'segment-fields.ts',
  'proofs.ts',
  'schedule.ts',
  'commands',
  'app.ts',
  'main.ts',
  'demo.ts',
];

const files = walk(src).filter((file) => /\.tsx?$/.test(file));
const nameOf = (file: string) => relative(src, file);

function walk(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : [path];
  });
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].flatMap(([, specifier = '']) => {
    if (specifier.startsWith('#')) return [join(src, specifier.slice(1))];
    if (specifier.startsWith('.')) return [resolve(dirname(file), specifier)];
    return [];
  });
}

const roomOf = (file: string) => nameOf(file).split('/')[0] ?? '';
const featureOf = (file: string) => nameOf(file).split('/')[1] ?? '';
const isBrowserCode = (file: string) => /\/browser\//.test(file) || nameOf(file).startsWith('web/flex/');

describe('the house', () => {
  it('imports run one way down the street', () => {
    const broken = files.flatMap((file) =>
      importsOf(file).flatMap((target) => {
        const [from, to] = [roomOf(file), roomOf(target)];
        if (roofs.includes(from) || nameOf(file) === 'config.ts') return [];
        if (roofs.includes(to)) return [`${nameOf(file)} → ${nameOf(target)}`];
        if (from !== to)
          return street.indexOf(to) > street.indexOf(from) ? [`${nameOf(file)} → ${nameOf(target)}`] : [];
        if (from !== 'features') return [];
        const [here, there] = [
          featureStreet.indexOf(featureOf(file)),
          featureStreet.indexOf(featureOf(target)),
        ];
        return there > here ? [`${nameOf(file)} → ${nameOf(target)}`] : [];
      }),
    );
    expect(broken).toEqual([]);
  });

  it('knows every room by name', () => {
    const rooms = readdirSync(src);
    expect(rooms.filter((name) => ![...street, ...roofs, 'config.ts', 'README.md'].includes(name))).toEqual(
      [],
    );
    const features = existsSync(join(src, 'features')) ? readdirSync(join(src, 'features')) : [];
    expect(features.filter((name) => !featureStreet.includes(name))).toEqual([]);
  });

  it('imports exist', () => {
    const missing = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => !existsSync(target))
        .map((target) => `${nameOf(file)} → ${relative(src, target)}`),
    );
    expect(missing).toEqual([]);
  });

  it('only the demo imports the simulator', () => {
    const importers = files.filter(
      (file) =>
        roomOf(file) !== 'simulator' &&
        !['demo.ts', 'commands/seed.ts'].includes(nameOf(file)) &&
        importsOf(file).some((target) => roomOf(target) === 'simulator'),
    );
    expect(importers.map(nameOf)).toEqual([]);
  });

  it('a file of a feature is of a known kind', () => {
    const kinds =
      /^(tables|(.+-)?rules|.+-reads|.+-facts|on-.+|.+-fields|.+-job|.+-port|.+-chat|.+-messages|.+-routes|words\.(zh-TW|en|ja)|[a-z]+(-[a-z0-9]+)+|[A-Za-z]+)\.tsx?$/;
    const odd = files
      .filter((file) => roomOf(file) === 'features')
      .filter((file) => !kinds.test(nameOf(file).split('/').at(-1) ?? ''));
    expect(odd.map(nameOf)).toEqual([]);
    const forbidden = files.filter((file) => /\/(utils?|helpers?|common|types|index)\.tsx?$/.test(file));
    expect(forbidden.map(nameOf)).toEqual([]);
  });

  it('rules are pure: no database, no clock, no network', () => {
    const impure = files
      .filter((file) => /rules\.ts$/.test(file))
      .filter((file) =>
        /from '(kysely|pg|undici|fastify)'|wireClock|Math\.random|\bfetch\(/.test(readFileSync(file, 'utf8')),
      );
    expect(impure.map(nameOf)).toEqual([]);
  });

  it('new Date() stands only in the clock, process.env only in the config', () => {
    const server = files.filter((file) => !isBrowserCode(file) && roomOf(file) !== 'simulator');
    const dates = server.filter(
      (f) =>
        nameOf(f) !== 'foundation/clock.ts' && /new Date\(\)|Date\.now\(\)/.test(readFileSync(f, 'utf8')),
    );
    const envs = server.filter(
      (f) => nameOf(f) !== 'config.ts' && /process\.env/.test(readFileSync(f, 'utf8')),
    );
    expect({ dates: dates.map(nameOf), envs: envs.map(nameOf) }).toEqual({ dates: [], envs: [] });
  });

  it('no sentence stands outside the words files', () => {
    const han = /[\u4e00-\u9fff]/;
    const broken = files
      .filter((file) => !/words\.[a-zA-Z-]+\.ts$/.test(file) && roomOf(file) !== 'simulator')
      .filter((file) => {
        const code = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
        return han.test(code);
      });
    expect(broken.map(nameOf)).toEqual([]);
  });

  it('no file is over 350 lines, nine in ten are under 200', () => {
    const lengths = files.map((file) => ({
      file: nameOf(file),
      lines: readFileSync(file, 'utf8').split('\n').length,
    }));
    expect(lengths.filter(({ lines }) => lines > 350)).toEqual([]);
    const long = lengths.filter(({ lines }) => lines > 200);
    expect(long.length / lengths.length).toBeLessThanOrEqual(0.1);
  });

  it('a pick with a limit stands where PostgreSQL runs it once', () => {
    const again = /(?:\bin|\bfrom) \(\s*select(?:(?!sql`|`\.execute)[\s\S])*?\blimit\b[^)`]*\bfor update/;
    expect(again.test('where id in (select id from t order by id limit 5 for update skip locked)')).toBe(
      true,
    );
    expect(again.test('where id = any(array(select id from t limit 5 for update skip locked))')).toBe(false);
    expect(files.filter((file) => again.test(readFileSync(file, 'utf8'))).map(nameOf)).toEqual([]);
  });

  it('only its own room writes a table', () => {
    const owners = new Map<string, string>();
    for (const file of files.filter((f) => /(^|\/)tables\.ts$/.test(nameOf(f)))) {
      const declared = /interface Database \{([^}]*)\}/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
      for (const [, table = ''] of declared.matchAll(/^\s*([a-z_]+):/gm))
        owners.set(table, dirname(nameOf(file)));
    }
    const writes =
      /(?:insertInto|updateTable|deleteFrom)\('([a-z_]+)'\)|(?:insert into|update|delete from)\s+([a-z_]+)\s/g;
    const broken = files
      .filter((file) => !/^(simulator|commands)\//.test(nameOf(file)))
      .flatMap((file) =>
        [...readFileSync(file, 'utf8').matchAll(writes)].flatMap(([, a, b]) => {
          const owner = owners.get(a ?? b ?? '');
          return owner && !nameOf(file).startsWith(`${owner}/`) ? [`${nameOf(file)} writes ${a ?? b}`] : [];
        }),
      );
    expect(broken).toEqual([]);
  });
});
