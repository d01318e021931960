import { describe, expect, it } from 'vitest';

import { Backoff } from '../src/backoff.js';
import { redact } from '../src/redaction.js';

describe('backoff', () => {
  const delays = (name: string): readonly number[] => {
    const backoff = new Backoff(name, { baseMs: 100, maxMs: 1000 });
    return Array.from({ length: 8 }, () => backoff.next());
  };
  it('doubles up to the maximum, with jitter over the upper half of each step', () => {
    for (const [index, delay] of delays('alpaca').entries()) {
      const step = Math.min(1000, 100 * 2 ** index);
      expect(delay).toBeGreaterThanOrEqual(step / 2);
      expect(delay).toBeLessThanOrEqual(step);
    }
  });
  it('repeats for a name and differs between names', () => {
    expect(delays('alpaca')).toEqual(delays('alpaca'));
    expect(delays('alpaca')).not.toEqual(delays('finnhub'));
  });
  it('begins at the base again after a success', () => {
    const backoff = new Backoff('a', { baseMs: 100, maxMs: 100_000 });
    for (let time = 0; time < 6; time += 1) backoff.next();
    backoff.reset();
    expect(backoff.next()).toBeLessThanOrEqual(100);
  });
});

describe('secrets', () => {
  it('are masked, plain and as a URL spells them', () => {
    expect(redact('key=a%2Fb%3Dc1 and a/b=c1', ['a/b=c1'])).toBe('key=*** and ***');
  });
  it('of three characters or fewer mask nothing, for they would mask words', () => {
    expect(redact('the demo key', ['the', ''])).toBe('the demo key');
  });
});
