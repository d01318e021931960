import type { LoggerService } from '@nestjs/common';
import { destination, pino, stdTimeFunctions } from 'pino';
import type { Logger } from 'pino';

const REDACTED = '[redacted]';

export interface LoggerOptions {
  readonly service: string;
  readonly level: string;
  /** Texts replaced in every line, wherever they turn up. */
  readonly secrets: readonly string[];
}

/** One JSON object a line on stdout: `level`, `time` (ISO, UTC), `service`, `pid`, `msg`, and the call's own fields; an error is `err`. */
export const createLogger = (options: LoggerOptions): Logger => {
  // As they stand inside a JSON string.
  const secrets = options.secrets.map((text) => JSON.stringify(text).slice(1, -1)).sort((a, b) => b.length - a.length);
  return pino(
    {
      level: options.level,
      base: { service: options.service, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: {
        streamWrite: (line) => secrets.reduce((text, secret) => text.replaceAll(secret, REDACTED), line),
      },
    },
    // Written before the call returns: the last words before a crash are the ones that matter.
    destination({ dest: 1, sync: true }),
  );
};

/** Nest's own log lines, one level quieter: its start-up chatter is nobody's business at `info`. */
export const nestLogger = (log: Logger): LoggerService => {
  const say =
    (level: 'debug' | 'warn' | 'error' | 'trace') =>
    (message: unknown, ...rest: unknown[]): void => {
      const fields = { nest: rest.findLast((part) => typeof part === 'string') };
      if (message instanceof Error) log[level]({ ...fields, err: message }, message.message);
      else log[level](fields, String(message));
    };
  return { log: say('debug'), warn: say('warn'), error: say('error'), fatal: say('error'), debug: say('trace'), verbose: say('trace') };
};
