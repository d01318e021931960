// A process that writes, for tests of what happens when it ends: `hold` keeps the lock, `loop` writes one revision of a year after another until it
// is killed, `once` writes many bars and says how that ended.
import { setTimeout as pause } from 'node:timers/promises';

import { openCatalogue } from '../dist/index.js';

const [directory, mode] = process.argv.slice(2);
const UNIT = 1_000_000_000n;
const START = BigInt(Date.parse('2013-01-02T00:00:00Z')) * 1_000_000n;

const barsOf = (count, closeOf) =>
  Array.from({ length: count }, (_, n) => {
    const closeTime = START + BigInt(n) * 60n * UNIT;
    const close = closeOf(n);
    const id = `bar/SPY/1m/${new Date(Number(closeTime / 1_000_000n)).toISOString()}`;
    const openTime = closeTime - 60n * UNIT;
    return {
      id,
      symbol: 'SPY',
      interval: '1m',
      openTime,
      closeTime,
      open: close,
      high: close,
      low: close,
      close,
      volume: UNIT,
      source: 'hand',
    };
  });

const catalogue = await openCatalogue({ directory, memoryBytesMax: 256 * 1_048_576, threads: 1 });
const writer = await catalogue.writer();
process.stdout.write('ready\n');
if (mode === 'hold') await pause(60_000);
if (mode === 'once') {
  const bars = barsOf(60_000, (n) => BigInt(1 + ((n * 7_919) % 10_007)) * UNIT + BigInt((n * 104_729) % 99_991));
  process.stdout.write(
    `${await writer.writeBars([bars]).then(
      () => 'written',
      (error) => `${error.name} ${error.code}`,
    )}\n`,
  );
  process.exit();
}
for (let revision = 1; ; revision += 1) {
  await writer.writeBars([barsOf(20_000, () => BigInt(revision) * UNIT)]);
  process.stdout.write(`${revision}\n`);
}
