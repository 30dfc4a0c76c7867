import { type Logger as PinoLogger, pino } from 'pino';

export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error' | 'child'>;

/** JSON lines; personal data and secrets are cut out wherever such a field is logged by mistake. */
export function createLogger(level: string): PinoLogger {
  return pino({
    level,
    base: undefined,
    redact: {
      paths: [
        'phone',
        'email',
        'text',
        'code',
        'token',
        'replyToken',
        'body',
        'authorization',
        'cookie',
        'password',
        '*.phone',
        '*.email',
        '*.text',
        '*.code',
        '*.token',
        '*.replyToken',
        '*.body',
        '*.authorization',
        '*.cookie',
        'req.headers',
        'res.headers',
      ],
      censor: '[cut]',
    },
    serializers: {
      err: (error: unknown) =>
        error instanceof Error ? { name: error.name, message: error.message, stack: error.stack } : error,
    },
  });
}
