import { Command } from 'commander';

import { registerAlerts } from './commands/alerts.js';
import { registerAudit, registerLineage } from './commands/audit.js';
import { registerBacktest } from './commands/backtest.js';
import { registerCompletion } from './commands/completion.js';
import { registerData } from './commands/data.js';
import { registerDeadLetters } from './commands/dead-letters.js';
import { registerDemo } from './commands/demo.js';
import { registerDoctor } from './commands/doctor.js';
import { registerModel } from './commands/model.js';
import { registerOrders } from './commands/orders.js';
import { registerReconcile } from './commands/reconcile.js';
import { registerReplay } from './commands/replay.js';
import { registerReport } from './commands/report.js';
import { registerRisk } from './commands/risk.js';
import { registerStress } from './commands/stress.js';
import { registerTradingState } from './commands/trading-state.js';
import { registerReset, registerUp } from './commands/up.js';
import type { RegisterCommand } from './command-output.js';
import type { CliConfig } from './config.js';
import { EXIT_CODES_HELP } from './exit-codes.js';

/** In the order of the help page. */
const COMMANDS: readonly RegisterCommand[] = [
  registerDemo,
  registerUp,
  registerReset,
  registerBacktest,
  registerStress,
  registerModel,
  registerReplay,
  registerData,
  registerDeadLetters,
  registerAudit,
  registerLineage,
  registerReport,
  registerAlerts,
  registerTradingState,
  registerOrders,
  registerReconcile,
  registerRisk,
  registerDoctor,
  registerCompletion,
];

/** The whole command line. Errors of use are thrown as CommanderError, everything else as the commands throw it. */
export const buildProgram = (config: CliConfig, version: string): Command => {
  const program = new Command('tradewind')
    .description('Event-driven AI trading platform: research, paper trading, audit')
    .version(version, '--version')
    .option('--json', 'print results as JSON, news as JSON lines on standard error')
    .showHelpAfterError('(--help shows what there is)')
    .showSuggestionAfterError()
    .addHelpText('after', `\n${EXIT_CODES_HELP}`)
    .exitOverride();
  for (const register of COMMANDS) register(program, config);
  const inherit = (parent: Command): void => {
    for (const child of parent.commands) {
      child.copyInheritedSettings(parent);
      if (child.commands.length === 0) child.option('--json', 'print the result as JSON');
      inherit(child);
    }
  };
  inherit(program);
  return program;
};
