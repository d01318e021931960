import { resolve } from 'node:path';
import { backtestDemo, runDemo } from '@tradewind/cli';
import { resetState } from '@tradewind/local';
import { expect, it } from 'vitest';
import { type Nemesis, type Progress, unleash } from './nemesis.js';
import { killSchedule } from './schedule.js';
import { verdict } from './verdict.js';

const root = resolve(import.meta.dirname, '../..');
const name = 'chaos-short';
/** The warm-up and the first year or so: enough for orders, stops and refusals. */
const stepLimit = 800;
const kills = 12;

/** `make chaos` does the same over twenty years with more kills. */
it('ends like the undisturbed backtest after a dozen SIGKILLs among all processes', async () => {
  const expected = await backtestDemo({ root, stepLimit });
  let progress: Progress = { step: 0, steps: 0 };
  let nemesis: Nemesis | undefined;
  const lines: string[] = [];
  const report = await runDemo({
    root,
    name,
    stepLimit,
    onPlatform: (platform) => {
      nemesis = unleash(
        platform,
        killSchedule('short', kills, platform.names),
        () => progress,
        (line) => lines.push(line),
      );
      nemesis.done.catch((error: Error) => lines.push(String(error)));
    },
    onStep: (step, steps) => (progress = { step, steps }),
  });
  nemesis?.stop();
  const broken = verdict(report, expected, nemesis?.kills ?? new Map(), kills).filter(({ holds }) => !holds);
  expect(broken, lines.join('\n')).toEqual([]);
  expect(expected.orders).toBeGreaterThan(0);
  resetState(root, name);
});
