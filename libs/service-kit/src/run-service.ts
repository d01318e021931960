import { constants } from 'node:os';
import { MigrationError } from '@tradewind/database';
import { TopologyError, WiringError } from '@tradewind/messaging';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { PortTakenError } from './http-server.js';
import type { ServiceDefinition } from './kit.js';
import { createLogger } from './logger.js';
import { parseSettings } from './parse-settings.js';
import type { Environment, ParsedSettings } from './parse-settings.js';
import type { BaseSettings } from './base-settings.js';
import { SettingsError } from './settings-fault.js';
import { Shutdown } from './shutdown.js';
import { startService } from './start-service.js';

/** Exit codes, after sysexits.h: 78 and 69 say that starting again unchanged won't help. */
export const EXIT = { ok: 0, failure: 1, unavailable: 69, configuration: 78 } as const;

/** An error that only other settings or files can mend says so itself, wherever it comes from. */
const onlyConfigurationHelps = (error: unknown): boolean =>
  error instanceof Error && 'onlyConfigurationHelps' in error && error.onlyConfigurationHelps === true;

const exitCodeOf = (error: unknown): number => {
  if (onlyConfigurationHelps(error)) return EXIT.configuration;
  if (error instanceof PortTakenError) return EXIT.unavailable;
  if (error instanceof SettingsError || error instanceof MigrationError || error instanceof TopologyError || error instanceof WiringError) {
    return EXIT.configuration;
  }
  return EXIT.failure;
};

/** Settings or the end: every fault as one log line each, exit code 78. */
const settingsOrExit = <S extends z.ZodObject>(
  definition: ServiceDefinition<S>,
  environment: Environment,
): ParsedSettings<z.output<S> & BaseSettings> => {
  try {
    return parseSettings(definition.name, definition.settings, environment);
  } catch (error) {
    const log = createLogger({ service: definition.name, level: 'info', secrets: [] });
    if (error instanceof SettingsError) for (const fault of error.faults) log.fatal(fault, `setting ${fault.variable}: ${fault.message}`);
    else log.fatal({ err: error }, 'the settings cannot be read');
    return process.exit(EXIT.configuration);
  }
};

/** A bug that nobody caught leaves the state in memory in doubt: say what it was and end; the supervisor starts a clean process. */
const dieOnBugs = (log: Logger): void => {
  const die =
    (kind: string) =>
    (err: unknown): void => {
      log.fatal({ err }, `${kind}: the process ends`);
      process.exit(EXIT.failure);
    };
  process.on('uncaughtException', die('uncaught exception'));
  process.on('unhandledRejection', die('unhandled rejection'));
};

/** The first SIGTERM or SIGINT stops in order, the second at once. */
const stopOnSignals = (log: Logger, shutdown: Shutdown, stopping: AbortController): void => {
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping.signal.aborted) process.exit(128 + constants.signals[signal]);
    stopping.abort();
    log.info({ signal }, 'stopping');
    shutdown.run().then(
      (clean) => {
        log.info({ clean }, 'stopped');
        process.exit(clean ? EXIT.ok : EXIT.failure);
      },
      (err: unknown) => {
        log.fatal({ err }, 'could not stop in order');
        process.exit(EXIT.failure);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
};

/**
 * The whole life of a service process: settings, start, signals, ordered stop, exit code. Call it once, from main.ts, with
 * `process.env` left to it. Resolves when the service is ready.
 */
export const runService = async <S extends z.ZodObject>(definition: ServiceDefinition<S>): Promise<void> => {
  const environment: Environment = process.env;
  const { config, secrets } = settingsOrExit(definition, environment);
  const log = createLogger({ service: definition.name, level: config.logLevel, secrets });
  const shutdown = new Shutdown(log, config.stopMaxMs);
  const stopping = new AbortController();
  dieOnBugs(log);
  stopOnSignals(log, shutdown, stopping);
  try {
    await startService(definition, { config, log, shutdown, stopping, environment });
  } catch (err) {
    if (stopping.signal.aborted) return;
    log.fatal({ err }, err instanceof Error ? err.message : 'the service could not start');
    stopping.abort();
    await shutdown.run();
    process.exit(exitCodeOf(err));
  }
};
