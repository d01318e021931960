import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { startTestPostgres } from '@tradewind/testkit';

import { type BrokerName, BROKERS, faultText } from './plan.js';
import { rehearse } from './rehearsal.js';

/**
 * Trades at a broker while services are killed and stopped, connections cut, frozen and delayed, answers lost, reports doubled and turned round, clocks moved.
 *   run.ts [--runs n] [--seed text] [--first n] [--steps n] [--faults n] [--broker alpaca|interactive-brokers|both]
 */
const root = resolve(import.meta.dirname, '../../..');
const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    seed: { type: 'string' },
    steps: { type: 'string' },
    faults: { type: 'string' },
    first: { type: 'string' },
    broker: { type: 'string', default: 'both' },
  },
});
const runs = values.seed === undefined ? Number(values.runs ?? 20) : 1;
const steps = Number(values.steps ?? 12);
const faultCount = Number(values.faults ?? 8);
const first = Number(values.first ?? Math.floor(Math.random() * 1e6));
const chosen = BROKERS.filter((name) => values.broker === 'both' || values.broker === name);
if (chosen.length === 0) throw new RangeError(`--broker must be ${BROKERS.join(', ')} or both, not ${values.broker}`);
/** One run at each in turn; a seed alone is run at each. */
const runsOf = (run: number): readonly BrokerName[] => (values.seed === undefined ? [chosen[run % chosen.length]!] : chosen);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const folder = join(root, 'var/reports');
mkdirSync(folder, { recursive: true });

await using postgres = await startTestPostgres();
const started = performance.now();
const broken: string[] = [];
const kinds = new Map<string, number>();
let orders = 0;
let fills = 0;
let done = 0;
const rehearseOne = async (seed: string, broker: BrokerName): Promise<void> => {
  const detail: string[] = [];
  const result = await rehearse(postgres, { seed, steps, faults: faultCount, broker, say: (line) => void detail.push(line) });
  for (const { fault } of result.faults) kinds.set(fault.kind, (kinds.get(fault.kind) ?? 0) + 1);
  done += 1;
  orders += result.orders;
  fills += result.fills;
  const wrong = result.findings.filter(({ holds }) => !holds);
  say(
    `${wrong.length === 0 ? 'holds ' : 'BROKEN'} ${broker} seed ${seed}: ${result.faults.length} faults, ${result.orders} orders, ${result.fills} fills, ${result.seconds.toFixed(1)} s`,
  );
  if (wrong.length === 0) return;
  broken.push(`${broker} ${seed}`);
  for (const { fault, step } of result.faults) say(`  planned in step ${step}: ${faultText(fault)}`);
  for (const { rule, detail: why } of wrong) say(`  BROKEN ${rule}: ${why}`);
  writeFileSync(join(folder, `chaos-desk-${broker}-${seed}.log`), [...detail, result.logs].join('\n'));
  say(
    `  logs var/reports/chaos-desk-${broker}-${seed}.log; make chaos ONLY=desk BROKER=${broker} SEED=${seed} STEPS=${steps} FAULTS=${faultCount} plans the same`,
  );
};
for (let run = 0; run < runs; run += 1) for (const broker of runsOf(run)) await rehearseOne(values.seed ?? String(first + run), broker);
const seconds = (performance.now() - started) / 1_000;
say('');
say(`faults: ${[...kinds].map(([kind, count]) => `${kind} ${count}`).join(', ')}`);
say(
  `${done - broken.length} of ${done} runs hold (${orders} orders, ${fills} fills, ${seconds.toFixed(0)} s)${broken.length === 0 ? '' : `; broken seeds ${broken.join(', ')}`}`,
);
writeFileSync(
  join(folder, 'chaos-desk.json'),
  `${JSON.stringify({ first, runs: done, steps, orders, fills, seconds, broken }, null, 2)}\n`,
);
process.exitCode = broken.length === 0 ? 0 : 1;
