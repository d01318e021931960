import { userInfo } from 'node:os';
import { resolve } from 'node:path';

/** What the command line takes from its surroundings; read here and nowhere else. */
export interface CliConfig {
  /** The clone. */
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Who acts, for the audit trail. */
  readonly user: string;
  readonly colour: boolean;
  readonly terminal: boolean;
  readonly width: number;
}

const WIDTH_WITHOUT_TERMINAL = 100;

export const readConfig = (): CliConfig => {
  const environment = process.env;
  const terminal = process.stdout.isTTY;
  return {
    root: resolve(import.meta.dirname, '../../..'),
    environment,
    user: environment['USER'] ?? environment['LOGNAME'] ?? userInfo().username,
    colour: terminal && environment['NO_COLOR'] === undefined && environment['TERM'] !== 'dumb',
    terminal,
    width: terminal ? process.stdout.columns : WIDTH_WITHOUT_TERMINAL,
  };
};
