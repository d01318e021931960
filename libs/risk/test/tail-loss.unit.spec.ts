import { historicalValueAtRisk } from '@tradewind/statistics';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { tailLoss } from '../src/tail-loss.js';

const finite = fc.double({ min: -0.5, max: 0.5, noNaN: true });

it('is what the sorted returns give, to the bit, ties and short lists among them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(finite, fc.constantFrom(0, -0.1)), { minLength: 1, maxLength: 80 }),
      fc.constantFrom(0.9, 0.95, 0.99, 0.999),
      (returns, confidence) => {
        expect(tailLoss(Float64Array.from(returns), confidence)).toBe(historicalValueAtRisk(returns, confidence));
      },
    ),
  );
});
it('is not a number without returns', () => expect(tailLoss(new Float64Array(0), 0.95)).toBeNaN());
