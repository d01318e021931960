import { Argument } from 'commander';

import type { RegisterCommand } from '../command-output.js';
import { completionScript, type Shell, SHELLS } from '../completion-script.js';

export const registerCompletion: RegisterCommand = (program) => {
  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action((shell: Shell) => {
      process.stdout.write(completionScript(program, shell));
    });
};
