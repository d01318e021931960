import { isoFromNanos, type UnixNanos } from '@tradewind/vocabulary';

import { outputOf, type RegisterCommand } from '../command-output.js';
import { CliError, EXIT } from '../exit-codes.js';
import { wholeNumber } from '../option-values.js';
import { withBus } from '../reach.js';
import { ask } from '../requests.js';
import { requireRunning } from '../state-names.js';

interface StartFlags {
  readonly name?: string;
  readonly run: string;
  readonly mode: string;
  readonly paceMs: number;
  readonly steps: number;
}

export const registerReplay: RegisterCommand = (program, config) => {
  const replay = program.command('replay').description('a replay on the running platform');
  replay
    .command('start')
    .description('begin a replay, or go on with the one of that run')
    .option('--name <state>', 'which platform: demo, up or another')
    .requiredOption('--run <id>', 'name of the run, e.g. try-1')
    .option('--mode <mode>', 'lockstep (a step waits for the pipeline) or paced (by the clock)', 'lockstep')
    .option('--pace-ms <ms>', 'paced: time between steps', wholeNumber(0, 86_400_000), 0)
    .option('--steps <n>', 'stop after so many steps (0: all)', wholeNumber(0, 10_000_000), 0)
    .action(async (flags: StartFlags, command) => {
      if (flags.mode !== 'lockstep' && flags.mode !== 'paced')
        throw new CliError(EXIT.usage, 'MODE', `'${flags.mode}' is neither lockstep nor paced`);
      const running = requireRunning(config.root, flags.name);
      const started = await withBus(running.urls.nats, (bus) =>
        ask(bus, 'market.replay-start', { run: flags.run, mode: flags.mode, paceMs: flags.paceMs, stepLimit: BigInt(flags.steps) }),
      );
      outputOf(command, config).result(
        { run: started.run, steps: Number(started.steps), resumed: started.resumed },
        () => `replay ${started.run}: ${started.steps} steps, ${started.resumed ? 'going on' : 'begun'}`,
      );
    });
  replay
    .command('status')
    .description('how far the replay is')
    .option('--name <state>', 'which platform: demo, up or another')
    .action(async (flags: { readonly name?: string }, command) => {
      const running = requireRunning(config.root, flags.name);
      const status = await withBus(running.urls.nats, (bus) => ask(bus, 'market.replay-status', {}));
      const data = {
        run: status.run,
        mode: status.mode,
        released: Number(status.released),
        finished: Number(status.finished),
        steps: Number(status.steps),
        bars: Number(status.bars),
        at: isoFromNanos(status.atNs as UnixNanos),
        done: status.done,
        faults: Number(status.faults),
      };
      outputOf(command, config).result(data, () =>
        data.run === ''
          ? 'no replay has been started'
          : `replay ${data.run} (${data.mode}): ${data.finished} of ${data.steps} steps finished, ${data.bars} bars, at ${data.at.slice(0, 10)}${data.done ? ', done' : ''}, ${data.faults} faults in the data`,
      );
    });
};
