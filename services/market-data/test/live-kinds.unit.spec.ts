import type { LiveKind, MarketSource } from '@tradewind/sources';
import { describe, expect, it } from 'vitest';

import { liveKindsOf } from '../src/live-kinds.js';

const source = (name: string, ...live: LiveKind[]): Pick<MarketSource, 'name' | 'capabilities'> => ({
  name,
  capabilities: { bars: [], ticks: [], live, records: [], simulated: false },
});

describe('what is asked of the sources of a live feed', () => {
  it('is what all of them have, for each must be able to stand in for the others', () => {
    const sources = [source('broker', 'trades', 'quotes', 'book'), source('vendor', 'trades', 'quotes', 'bars')];
    expect(liveKindsOf(['trades', 'quotes', 'book'], sources)).toEqual({
      kinds: ['trades', 'quotes'],
      missing: [{ kind: 'book', sources: ['vendor'] }],
    });
    expect(liveKindsOf(['trades', 'book'], sources.slice(0, 1))).toEqual({ kinds: ['trades', 'book'], missing: [] });
  });

  it('is nothing of a source that has bars alone', () => {
    expect(liveKindsOf(['trades'], [source('daily', 'bars'), source('polled')])).toEqual({
      kinds: [],
      missing: [{ kind: 'trades', sources: ['daily', 'polled'] }],
    });
  });
});
