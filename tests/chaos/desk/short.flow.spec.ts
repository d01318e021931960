import { startTestPostgres } from '@tradewind/testkit';
import { expect, it } from 'vitest';

import { BROKERS } from './plan.js';
import { rehearse } from './rehearsal.js';

/** `make chaos ONLY=desk` does the same many times with more steps. */
it.each(BROKERS)(
  'loses and doubles nothing at %s while everything around it fails',
  async (broker) => {
    await using postgres = await startTestPostgres();
    const lines: string[] = [];
    const result = await rehearse(postgres, { seed: 'short', steps: 6, faults: 4, broker, say: (line) => void lines.push(line) });
    const broken = result.findings.filter(({ holds }) => !holds);
    expect(broken, [...lines, result.logs].join('\n')).toEqual([]);
    expect(result.fills).toBeGreaterThan(0);
  },
  240_000,
);
