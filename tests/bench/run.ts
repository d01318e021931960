import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { type Benchmark, machineHeader, textReport } from './harness.js';

/** `run.ts [name …]`: runs every `*.bench.ts` beside this file, or those whose name holds one of the words. */
const folder = fileURLToPath(new URL('.', import.meta.url));
const wanted = process.argv.slice(2);
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.bench.ts') && (wanted.length === 0 || wanted.some((word) => file.includes(word))))
  .sort();
if (files.length === 0) {
  process.stderr.write(`no benchmark matches ${wanted.join(', ')}\n`);
  process.exit(2);
}
process.stdout.write(`${machineHeader()}\n`);
let failures = 0;
for (const file of files) {
  const { benchmark } = (await import(new URL(file, import.meta.url).href)) as { benchmark: Benchmark };
  process.stdout.write(`\n${benchmark.name}\n`);
  try {
    await benchmark.run(textReport((line) => process.stdout.write(`${line}\n`)));
  } catch (error) {
    failures += 1;
    process.stdout.write(`  failed: ${(error as Error).stack}\n`);
  }
}
process.exit(failures === 0 ? 0 : 1);
