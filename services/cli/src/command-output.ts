import type { Command } from 'commander';

import type { CliConfig } from './config.js';
import { Output } from './output.js';

/** Adds one command, or a family of them, to the program. */
export type RegisterCommand = (program: Command, config: CliConfig) => void;

/** `--json` may stand before or after the command's name. */
export const outputOf = (command: Command, config: CliConfig): Output => new Output(config, command.optsWithGlobals()['json'] === true);
