import { startTestPostgres } from '@tradewind/testkit';
import { expect, it } from 'vitest';

import { rehearse } from './rehearsal.js';

/** `make chaos ONLY=desk` does the same many times with more steps. */
it('loses and doubles nothing at a broker while everything around it fails', async () => {
  await using postgres = await startTestPostgres();
  const lines: string[] = [];
  const result = await rehearse(postgres, { seed: 'short', steps: 8, faults: 6, say: (line) => void lines.push(line) });
  const broken = result.findings.filter(({ holds }) => !holds);
  expect(broken, [...lines, result.logs].join('\n')).toEqual([]);
  expect(result.fills).toBeGreaterThan(0);
}, 240_000);
