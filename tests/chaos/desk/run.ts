import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { startTestPostgres } from '@tradewind/testkit';

import { faultText } from './plan.js';
import { rehearse } from './rehearsal.js';

/**
 * Trades at a broker while services are killed and stopped, connections cut, frozen and delayed, answers lost, reports doubled and turned round, clocks moved.
 *   run.ts [--runs n] [--seed text] [--steps n] [--faults n]
 */
const root = resolve(import.meta.dirname, '../../..');
const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    seed: { type: 'string' },
    steps: { type: 'string' },
    faults: { type: 'string' },
    first: { type: 'string' },
  },
});
const runs = values.seed === undefined ? Number(values.runs ?? 20) : 1;
const steps = Number(values.steps ?? 12);
const faultCount = Number(values.faults ?? 8);
const first = Number(values.first ?? Math.floor(Math.random() * 1e6));
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const folder = join(root, 'var/reports');
mkdirSync(folder, { recursive: true });

await using postgres = await startTestPostgres();
const started = performance.now();
const broken: string[] = [];
const kinds = new Map<string, number>();
let orders = 0;
let fills = 0;
for (let run = 0; run < runs; run += 1) {
  const seed = values.seed ?? String(first + run);
  const detail: string[] = [];
  const result = await rehearse(postgres, { seed, steps, faults: faultCount, say: (line) => void detail.push(line) });
  for (const { fault } of result.faults) kinds.set(fault.kind, (kinds.get(fault.kind) ?? 0) + 1);
  orders += result.orders;
  fills += result.fills;
  const wrong = result.findings.filter(({ holds }) => !holds);
  say(
    `${wrong.length === 0 ? 'holds ' : 'BROKEN'} seed ${seed}: ${result.faults.length} faults, ${result.orders} orders, ${result.fills} fills, ${result.seconds.toFixed(1)} s`,
  );
  if (wrong.length === 0) continue;
  broken.push(seed);
  for (const { fault, step } of result.faults) say(`  planned in step ${step}: ${faultText(fault)}`);
  for (const { rule, detail: why } of wrong) say(`  BROKEN ${rule}: ${why}`);
  writeFileSync(join(folder, `chaos-desk-${seed}.log`), [...detail, result.logs].join('\n'));
  say(`  logs var/reports/chaos-desk-${seed}.log; make chaos ONLY=desk SEED=${seed} plans the same faults`);
}
const seconds = (performance.now() - started) / 1_000;
say('');
say(`faults: ${[...kinds].map(([kind, count]) => `${kind} ${count}`).join(', ')}`);
say(
  `${runs - broken.length} of ${runs} runs hold (${orders} orders, ${fills} fills, ${seconds.toFixed(0)} s)${broken.length === 0 ? '' : `; broken seeds ${broken.join(', ')}`}`,
);
writeFileSync(join(folder, 'chaos-desk.json'), `${JSON.stringify({ first, runs, steps, orders, fills, seconds, broken }, null, 2)}\n`);
process.exitCode = broken.length === 0 ? 0 : 1;
