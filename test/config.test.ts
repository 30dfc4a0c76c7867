import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig, readLineSettings } from '#config.ts';

const whole = {
  DATABASE_URL: 'postgres://shuke:secret@localhost:5432/shuke',
  PUBLIC_URL: 'https://club.example.com/',
  LINE_CHANNEL_SECRET: '0123456789abcdef0123456789abcdef',
  LINE_CHANNEL_ACCESS_TOKEN: 'a-long-lived-token',
  DATA_KEY: Buffer.alloc(32, 1).toString('base64'),
};

const faultsOf = (env: Record<string, string | undefined>): string[] => {
  const outcome = readConfig(env);
  return outcome.ok ? [] : outcome.faults;
};

describe('settings', () => {
  it('are read with their defaults', () => {
    const outcome = readConfig(whole);
    expect(outcome).toMatchObject({
      ok: true,
      config: {
        port: 3000,
        retention: { sentBodyHours: 48, eventDays: 30, sentMonths: 24 },
        publicUrl: 'https://club.example.com',
        roles: new Set(['web', 'chat', 'worker']),
      },
    });
  });

  it('of the pace are read by endpoint', () => {
    expect(readConfig({ ...whole, LINE_PACE: 'push=1500, multicast=100' })).toMatchObject({
      ok: true,
      config: { linePaces: { push: 1_500, multicast: 100 } },
    });
  });

  it('of LINE alone need no database, and name what is missing as well', () => {
    const { LINE_CHANNEL_SECRET, LINE_CHANNEL_ACCESS_TOKEN } = whole;
    expect(readLineSettings({ LINE_CHANNEL_SECRET, LINE_CHANNEL_ACCESS_TOKEN })).toMatchObject({
      ok: true,
      config: { line: { apiBaseUrl: 'https://api.line.me', channelSecrets: [LINE_CHANNEL_SECRET] } },
    });
    expect(readLineSettings({})).toEqual({
      ok: false,
      faults: ['LINE_CHANNEL_SECRET is missing', 'LINE_CHANNEL_ACCESS_TOKEN is missing'],
    });
  });

  it('that are missing are all named at once', () => {
    const faults = faultsOf({});
    for (const name of Object.keys(whole))
      expect(faults.some((fault) => fault.startsWith(`${name} is missing`))).toBe(true);
  });

  it.each([
    ['DATABASE_URL', 'mysql://x'],
    ['PUBLIC_URL', 'http://club.example.com'],
    ['PUBLIC_URL', 'not an address'],
    ['LINE_CHANNEL_SECRET', ''],
    ['LINE_CHANNEL_SECRET', 'zzzz'],
    ['DATA_KEY', 'c2hvcnQ='],
    ['PORT', 'eighty'],
    ['PORT', '70000'],
    ['ROLE', 'web,cook'],
    ['LOG_LEVEL', 'loud'],
    ['LINE_PACE', 'pigeon=5'],
    ['LINE_PACE', 'push=2000'],
    ['LINE_PACE', 'push=1500,multicast=0'],
    ['LINE_PACE', 'push=1e3'],
    ['METRICS_TOKEN', 'short'],
    ['KEEP_SENT_BODIES_HOURS', '0'],
    ['KEEP_EVENTS_DAYS', 'ten'],
    ['KEEP_SENT_MONTHS', '2'],
    ['TRUST_PROXY', 'maybe'],
    ['SMS_WEBHOOK_URL', 'ftp://sms'],
  ])('names %s when it is %j, and never shows the value', (name, value) => {
    const faults = faultsOf({ ...whole, [name]: value });
    expect(faults.filter((fault) => fault.startsWith(name))).toHaveLength(1);
    if (value.length > 3) expect(faults.join()).not.toContain(value);
  });

  it('take http for PUBLIC_URL on loopback only', () => {
    expect(faultsOf({ ...whole, PUBLIC_URL: 'http://127.0.0.1:3000' })).toEqual([]);
  });

  it('take a channel id in the place of a long-lived token', () => {
    expect(
      faultsOf({ ...whole, LINE_CHANNEL_ACCESS_TOKEN: undefined, LINE_CHANNEL_ID: '1234567890' }),
    ).toEqual([]);
  });

  it('read a comma list of roles', () => {
    expect(readConfig({ ...whole, ROLE: 'web, chat' })).toMatchObject({
      config: { roles: new Set(['web', 'chat']) },
    });
  });

  it('are all explained in .env.example', () => {
    const source = readFileSync('src/config.ts', 'utf8');
    const names = [...source.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name]) => name ?? '');
    const example = readFileSync('.env.example', 'utf8');
    expect(names.length).toBeGreaterThan(15);
    expect(names.filter((name) => !new RegExp(`^# .+\\n${name}=`, 'm').test(example))).toEqual([]);
  });

  it("of .env.example all stand in README's table, and no others", () => {
    const example = readFileSync('.env.example', 'utf8');
    const [, table = ''] = /\n## Settings\n(.*?)\n## /s.exec(readFileSync('README.md', 'utf8')) ?? [];
    const told = [...table.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
    const explained = [...example.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(explained.length).toBeGreaterThan(20);
    expect(told.toSorted()).toEqual(explained.toSorted());
  });
});

describe('the commands of a running house', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const own = Object.entries(scripts).filter(([, line]) => /src\/(main|commands\/)/.test(line));

  it('read .env, where there is one', () => {
    expect(own.length).toBeGreaterThan(8);
    const blind = own.filter(([, line]) => !/--env-file-if-exists=\.env src\//.test(line));
    expect(blind.map(([name]) => name)).toEqual([]);
  });

  it('find in the image all that they name', () => {
    const [, image = ''] = readFileSync('Dockerfile', 'utf8')
      .split(/^FROM .*$/m)
      .slice(1);
    const copied = [...image.matchAll(/^COPY --from=build \/app\/(\S+)/gm)].map(([, path]) => path);
    const named = own.flatMap(([, line]) => line.match(/\b(?:src|scripts)\/\S+/g) ?? []);
    expect(named).toContain('scripts/check-node.mjs');
    expect(named.filter((path) => !copied.includes(path.split('/')[0]))).toEqual([]);
    expect(copied).toContain('package.json');
  });
});
