import { type MarketSource, SourceError } from '@tradewind/sources';
import { describe, expect, it } from 'vitest';

import { collectorsOf, unofferedOf } from '../src/record-collectors.js';

const questions = (...wanted: readonly string[]): readonly (readonly [string, readonly string[]])[] =>
  collectorsOf(wanted).map(({ name, series }) => [name, series]);

/** The port's own type: a source that offers these records and nothing else. */
const offering = (...records: readonly string[]): MarketSource => {
  const nothing = (): never => {
    throw new SourceError('UNSUPPORTED', 'offering', 'it only offers');
  };
  return {
    name: 'offering',
    capabilities: { bars: [], ticks: [], live: [], records, simulated: false },
    bars: nothing,
    ticks: nothing,
    records: nothing,
    live: nothing,
    close: () => Promise.resolve(),
  };
};

describe('the collectors of wanted series', () => {
  it('are those that gather any of it', () => {
    expect(questions('action/')).toEqual([['actions', ['action/']]]);
    expect(questions('macro/').map(([name]) => name)).toEqual(['macro', 'volatility']);
    expect(questions()).toEqual([]);
  });

  it('ask for no more than what is wanted', () => {
    expect(questions('macro/DGS10', 'news/story')).toEqual([
      ['macro', ['macro/DGS10']],
      ['news', ['news/story']],
    ]);
    expect(questions('macro/VIX')).toEqual([
      ['macro', ['macro/VIX']],
      ['volatility', ['macro/VIX']],
    ]);
  });
});

describe('series that nobody offers', () => {
  it('are those without a collector and those without a source', () => {
    expect(unofferedOf(['macro/DGS10', 'news/', 'weather/'], [offering('macro/', 'weather/')])).toEqual(['news/', 'weather/']);
    expect(unofferedOf(['news/'], [offering('news/story')])).toEqual([]);
    expect(unofferedOf(['news/'], [])).toEqual(['news/']);
  });
});
