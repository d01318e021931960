import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { backtestDemo, runDemo } from '@tradewind/cli';
import { formatLogLine, isAtLeast, resetState } from '@tradewind/local';
import { type Nemesis, type Progress, unleash } from './nemesis.js';
import { killSchedule } from './schedule.js';
import { verdict } from './verdict.js';

/**
 * The full demo replay while every process is killed with SIGKILL at random moments, compared with the in-process backtest of the same data.
 *   run.ts [--seed text] [--kills n]
 */
const root = resolve(import.meta.dirname, '../..');
const name = 'chaos';
const killsMin = 25;

const { values } = parseArgs({ options: { seed: { type: 'string' }, kills: { type: 'string' } } });
const seed = values.seed ?? String(Math.floor(Math.random() * 1e9));
const kills = Math.max(1, Number(values.kills ?? killsMin));
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

say(`seed ${seed} (make chaos SEED=${seed} plans the same kills)`);
resetState(root, name);
const expected = await backtestDemo({ root });
say(`backtest in process: ${expected.ordersHash.slice(0, 16)}, ${expected.orders} orders, ${expected.equityEnd}`);

let progress: Progress = { step: 0, steps: 0 };
let nemesis: Nemesis | undefined;
const started = performance.now();
const report = await runDemo({
  root,
  name,
  onPlatform: (platform) => {
    nemesis = unleash(platform, killSchedule(seed, kills, platform.names), () => progress, say);
    nemesis.done.catch((error: Error) => {
      say(`the nemesis gave up: ${error.message}`);
      void platform.stop();
    });
  },
  onStep: (step, steps) => (progress = { step, steps }),
  onLog: (line) => {
    if (isAtLeast(line.level, 'error')) say(formatLogLine(line, false));
  },
});
nemesis?.stop();
const result = verdict(report, expected, nemesis?.kills ?? new Map(), kills);
say('');
for (const { rule, holds, detail } of result) say(`${holds ? 'holds ' : 'BROKEN'} ${rule}: ${detail}`);
mkdirSync(join(root, 'var/reports'), { recursive: true });
const seconds = (performance.now() - started) / 1000;
writeFileSync(
  join(root, 'var/reports/chaos.json'),
  `${JSON.stringify({ seed, seconds, kills: Object.fromEntries(nemesis?.kills ?? []), result }, null, 2)}\n`,
);
const broken = result.filter(({ holds }) => !holds).length;
say(
  broken === 0
    ? `\nseed ${seed}: everything holds after ${seconds.toFixed(0)} s`
    : `\nseed ${seed}: ${broken} broken. State and logs: var/${name}`,
);
process.exit(broken === 0 ? 0 : 1);
