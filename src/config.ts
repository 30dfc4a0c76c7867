import { z } from 'zod';
import { type LineEndpoint, lineEndpoints, lineLimits } from './line/limit-rules.ts';

/** What a process takes part in: doors, inbox and replies, pushes and jobs. */
export type Role = 'web' | 'chat' | 'worker';

const roles = ['web', 'chat', 'worker'] as const;
const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((v) => (v === '' ? undefined : v), schema.optional());
const url = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });
const secret = z.string().regex(/^[0-9a-f]{32}$/, 'must be the 32 hex digits of the LINE console');
const key = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/, 'must be 32 bytes in base64: openssl rand -base64 32')
  .transform((text) => Buffer.from(text, 'base64'));
const port = z.coerce.number('must be a port number').int().min(0).max(65535);

/** A whole number of hours, days or months. */
const span = (least: number, most: number) =>
  optional(
    z
      .string()
      .regex(/^[0-9]{1,5}$/, `must be a whole number, ${least} to ${most}`)
      .transform(Number)
      .refine((value) => value >= least && value <= most, `must be a whole number, ${least} to ${most}`),
  );

/** Above this share of LINE's limit nothing is left for a call that is late on its way. */
const mostShare = 0.95;

/** `push=1500,multicast=100` */
const paces = z.string().transform((text, context) => {
  const chosen: Partial<Record<LineEndpoint, number>> = {};
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.split('=').map((word) => word.trim());
    const endpoint = lineEndpoints.find((known) => known === name);
    const most = endpoint ? lineLimits[endpoint] * mostShare : 0;
    if (!endpoint) context.addIssue(`knows no endpoint "${name}": of ${lineEndpoints.join(', ')}`);
    else if (!/^[0-9]+$/.test(value) || Number(value) < 1 || Number(value) > most)
      context.addIssue(`must say how many calls a second of ${name}: 1 to ${most}`);
    else chosen[endpoint] = Number(value);
  }
  return chosen;
});

const settings = z.object({
  DATABASE_URL: z.string('is missing').regex(/^postgres(ql)?:\/\//, 'must begin with postgres://'),
  PUBLIC_URL: url.refine(
    (text) => !URL.canParse(text) || text.startsWith('https:') || loopback.has(new URL(text).hostname),
    'must be https (http only on loopback)',
  ),
  LINE_CHANNEL_SECRET: secret,
  LINE_CHANNEL_ACCESS_TOKEN: optional(z.string().min(10)),
  LINE_CHANNEL_ID: optional(z.string().regex(/^[0-9]{5,20}$/, 'must be the digits of the channel id')),
  DATA_KEY: key,
  PORT: optional(port).default(3000),
  HOST: optional(z.string()).default('0.0.0.0'),
  ROLE: optional(z.string())
    .default('all')
    .transform((text, context) => {
      const named = text === 'all' ? [...roles] : text.split(',').map((part) => part.trim());
      for (const name of named)
        if (!roles.includes(name as Role))
          context.addIssue(`knows no role "${name}": all, or of web, chat, worker`);
      return new Set(named as Role[]);
    }),
  LINE_CHANNEL_SECRET_PREVIOUS: optional(secret),
  LINE_API_BASE_URL: optional(url).default('https://api.line.me'),
  LINE_DATA_API_BASE_URL: optional(url).default('https://api-data.line.me'),
  LINE_PACE: optional(paces).transform((chosen) => chosen ?? {}),
  LINE_LOGIN_CHANNEL_ID: optional(z.string().regex(/^[0-9]{5,20}$/, 'must be the digits of the channel id')),
  LINE_LOGIN_CHANNEL_SECRET: optional(secret),
  LIFF_ID: optional(z.string()),
  SMS_WEBHOOK_URL: optional(url),
  SMS_WEBHOOK_TOKEN: optional(z.string()),
  ALERT_WEBHOOK_URL: optional(url),
  METRICS_TOKEN: optional(z.string().min(16, 'must have at least 16 characters')),
  KEEP_SENT_BODIES_HOURS: span(1, 720).transform((hours) => hours ?? 48),
  KEEP_EVENTS_DAYS: span(1, 365).transform((days) => days ?? 30),
  KEEP_SENT_MONTHS: span(3, 240).transform((months) => months ?? 24),
  TRUST_PROXY: optional(
    z.string().regex(/^(true|false|[0-9]{1,2})$/, 'must be true, false or how many proxies stand in front'),
  ).transform((text) => (text === 'true' ? 1 : Number(text === 'false' ? 0 : (text ?? 0)))),
  DATA_KEY_PREVIOUS: optional(key),
  LOG_LEVEL: optional(z.enum(['debug', 'info', 'warn', 'error', 'silent'])).default('info'),
});

type Tokens = { LINE_CHANNEL_ACCESS_TOKEN?: string | undefined; LINE_CHANNEL_ID?: string | undefined };
const hasToken = (env: Tokens): boolean => Boolean(env.LINE_CHANNEL_ACCESS_TOKEN || env.LINE_CHANNEL_ID);
const tokenNeeded = {
  path: ['LINE_CHANNEL_ACCESS_TOKEN'],
  message: 'is missing (or set LINE_CHANNEL_ID for stateless tokens)',
  when: () => true,
};

const schema = settings
  .refine(hasToken, tokenNeeded)
  .refine((env) => !env.LINE_LOGIN_CHANNEL_ID === !env.LINE_LOGIN_CHANNEL_SECRET, {
    path: ['LINE_LOGIN_CHANNEL_SECRET'],
    message: 'and LINE_LOGIN_CHANNEL_ID go together: set both or neither',
    when: () => true,
  });
/** What it takes to speak to LINE, without a database. */
const lineSchema = settings
  .pick({
    LINE_CHANNEL_SECRET: true,
    LINE_CHANNEL_SECRET_PREVIOUS: true,
    LINE_CHANNEL_ACCESS_TOKEN: true,
    LINE_CHANNEL_ID: true,
    LINE_API_BASE_URL: true,
    LINE_DATA_API_BASE_URL: true,
    LOG_LEVEL: true,
  })
  .refine(hasToken, tokenNeeded);

export type Config = ReturnType<typeof toConfig>;

export type ConfigOutcome = { ok: true; config: Config } | { ok: false; faults: string[] };

type Env = Record<string, string | undefined>;

/** Reads all settings at once; every fault is reported together, by name, and no value is ever shown. */
export function readConfig(env: Env): ConfigOutcome {
  const parsed = schema.safeParse(env);
  return parsed.success
    ? { ok: true, config: toConfig(parsed.data) }
    : { ok: false, faults: nameFaults(parsed.error, env) };
}

/** The settings of LINE alone, in the same way. */
export function readLineSettings(
  env: Env,
): { ok: true; config: Pick<Config, 'line' | 'logLevel'> } | { ok: false; faults: string[] } {
  const parsed = lineSchema.safeParse(env);
  return parsed.success
    ? { ok: true, config: { line: toLine(parsed.data), logLevel: parsed.data.LOG_LEVEL } }
    : { ok: false, faults: nameFaults(parsed.error, env) };
}

function nameFaults(error: z.ZodError, env: Env): string[] {
  const faults = error.issues.map((issue) => {
    const name = String(issue.path[0] ?? '');
    return `${name} ${env[name] === undefined || env[name] === '' ? 'is missing' : issue.message}`;
  });
  return [...new Set(faults)];
}

/** The settings of this process, or every fault on stderr and exit code 1. */
export const loadConfig = (): Config => orExit(readConfig(process.env));

/** The settings of LINE, for commands that need no database. */
export const loadLineSettings = (): Pick<Config, 'line' | 'logLevel'> =>
  orExit(readLineSettings(process.env));

function orExit<Settings>(
  outcome: { ok: true; config: Settings } | { ok: false; faults: string[] },
): Settings {
  if (outcome.ok) return outcome.config;
  process.stderr.write(
    `Shuke cannot start. These settings are missing or malformed (.env.example explains each):\n${outcome.faults
      .map((fault) => `  - ${fault}\n`)
      .join('')}`,
  );
  process.exit(1);
}

/** The address of the database alone, for commands that need nothing else. */
export function loadDatabaseUrl(): string {
  const found = settings.shape.DATABASE_URL.safeParse(process.env.DATABASE_URL);
  if (found.success) return found.data;
  process.stderr.write('DATABASE_URL is missing or malformed: postgres://user:password@host:5432/database\n');
  process.exit(1);
}

/** The database, and where people open our pages: for commands that print links. */
export function loadLinkSettings(): { databaseUrl: string; publicUrl: string } {
  const parsed = settings.pick({ DATABASE_URL: true, PUBLIC_URL: true }).safeParse(process.env);
  if (!parsed.success) return orExit({ ok: false, faults: nameFaults(parsed.error, process.env) });
  const { DATABASE_URL, PUBLIC_URL } = parsed.data;
  return { databaseUrl: DATABASE_URL, publicUrl: PUBLIC_URL.replace(/\/+$/, '') };
}

/** Switches of the tools around the service: the demo, the tests, the browser code. */
export const toolSettings = {
  demoPort: () => Number(process.env.PORT ?? 3000),
  /** Another folder for the demo's data than the one that goes with this checkout. */
  demoHome: () => process.env.SHUKE_DEMO_HOME || undefined,
  databaseUrl: () => process.env.DATABASE_URL || undefined,
  lineToken: () => process.env.LINE_CHANNEL_ACCESS_TOKEN || process.env.LINE_CHANNEL_ID || undefined,
};

function toConfig(env: z.infer<typeof schema>) {
  return {
    databaseUrl: env.DATABASE_URL,
    publicUrl: env.PUBLIC_URL.replace(/\/+$/, ''),
    port: env.PORT,
    host: env.HOST,
    roles: env.ROLE as ReadonlySet<Role>,
    proxyCount: env.TRUST_PROXY,
    logLevel: env.LOG_LEVEL,
    dataKey: env.DATA_KEY,
    dataKeyPrevious: env.DATA_KEY_PREVIOUS,
    metricsToken: env.METRICS_TOKEN,
    alertWebhookUrl: env.ALERT_WEBHOOK_URL,
    retention: {
      sentBodyHours: env.KEEP_SENT_BODIES_HOURS,
      eventDays: env.KEEP_EVENTS_DAYS,
      sentMonths: env.KEEP_SENT_MONTHS,
    },
    sms: env.SMS_WEBHOOK_URL ? { url: env.SMS_WEBHOOK_URL, token: env.SMS_WEBHOOK_TOKEN } : null,
    line: toLine(env),
    linePaces: env.LINE_PACE,
    lineLogin: toLineLogin(env),
  };
}

function toLineLogin(env: z.infer<typeof schema>) {
  const { LINE_LOGIN_CHANNEL_ID: channelId, LINE_LOGIN_CHANNEL_SECRET: channelSecret } = env;
  if (!channelId || !channelSecret) return null;
  const apiBaseUrl = env.LINE_API_BASE_URL.replace(/\/+$/, '');
  return { channelId, channelSecret, accessBaseUrl: 'https://access.line.me', apiBaseUrl };
}

function toLine(env: z.infer<typeof lineSchema>) {
  return {
    channelSecrets: [env.LINE_CHANNEL_SECRET, env.LINE_CHANNEL_SECRET_PREVIOUS].filter(
      (secret) => secret !== undefined,
    ),
    channelId: env.LINE_CHANNEL_ID,
    channelAccessToken: env.LINE_CHANNEL_ACCESS_TOKEN,
    apiBaseUrl: env.LINE_API_BASE_URL.replace(/\/+$/, ''),
    dataApiBaseUrl: env.LINE_DATA_API_BASE_URL.replace(/\/+$/, ''),
  };
}
