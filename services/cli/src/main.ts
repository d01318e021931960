import { LaunchError } from '@tradewind/local';
import { CommanderError } from 'commander';

import { readConfig } from './config.js';
import { CliError, EXIT } from './exit-codes.js';
import { buildProgram } from './program.js';
import { programVersion } from './versions.js';

/** Errors whose message says all there is to say; anything else is a defect and shows its stack. */
const EXPECTED = new Map<string, number>([
  ['DailyFileError', EXIT.data],
  ['ReplayFilesError', EXIT.configuration],
  ['ReportError', EXIT.data],
  ['SessionError', EXIT.configuration],
  ['DatasetError', EXIT.data],
  ['TrainingError', EXIT.failure],
  ['MigrationError', EXIT.configuration],
  ['TopologyError', EXIT.configuration],
]);

const fail = (json: boolean, exitCode: number, code: string, message: string, hint?: string): void => {
  process.stderr.write(
    json
      ? `${JSON.stringify({ error: { code, message, ...(hint !== undefined && { hint }) } })}\n`
      : `tradewind: ${message}\n${hint === undefined ? '' : `  ${hint}\n`}`,
  );
  process.exitCode = exitCode;
};

const report = (error: unknown, json: boolean): void => {
  if (error instanceof CommanderError) {
    // Commander has said what is wrong already; help and version are no errors.
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  } else if (error instanceof CliError) fail(json, error.exitCode, error.code, error.message, error.hint);
  else if (error instanceof LaunchError) fail(json, EXIT.configuration, error.code, error.message);
  else if (error instanceof Error && EXPECTED.has(error.name)) fail(json, EXPECTED.get(error.name)!, error.name, error.message);
  else
    fail(
      json,
      EXIT.defect,
      'DEFECT',
      error instanceof Error ? (error.stack ?? error.message) : String(error),
      'this is a defect of tradewind',
    );
};

const config = readConfig();
try {
  await buildProgram(config, await programVersion(config.root)).parseAsync(process.argv);
} catch (error) {
  report(error, process.argv.includes('--json'));
}
