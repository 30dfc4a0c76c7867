import { type DestinationStream, type LoggerOptions, type Logger as PinoLogger, pino } from 'pino';
import { describeFault } from './errors.ts';

export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error' | 'child'>;

/**
 * JSON lines; personal data and secrets are cut out wherever such a field is logged by mistake.
 * @param to instead of the standard output
 */
export function createLogger(level: string, to?: DestinationStream): PinoLogger {
  const options: LoggerOptions = {
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
      err: (error: unknown) => (error instanceof Error ? describeFault(error) : error),
    },
  };
  return to ? pino(options, to) : pino(options);
}
