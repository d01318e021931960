import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { realData } from '@tradewind/testkit';
import { describe, expect, it } from 'vitest';

import { BASELINE_SET, DriftWatch, SymbolFeatures, trainingDistribution } from '../src/index.js';

const sp500 = realData('index-and-macro', 'arch_sp500.csv.gz');
const TRAINED_UNTIL = 2008;

describe.skipIf(sp500.absent)(`drift of the S&P 500 from 2000 to 2007${sp500.note}`, () => {
  it('shows in the crash of 2008: in volatility and trend by far, in oscillators, which know no scale, not at all', () => {
    const features = new SymbolFeatures(BASELINE_SET);
    const before: Float64Array[] = [];
    const crash: Float64Array[] = [];
    for (const line of gunzipSync(readFileSync(sp500.path)).toString('utf8').trim().split('\n').slice(1)) {
      const [date, open, high, low, close, , volume] = line.split(',') as [string, string, string, string, string, string, string];
      const [month, , year] = date.split('/').map(Number) as [number, number, number];
      const values = new Float64Array(BASELINE_SET.names.length);
      const warm = features.update(Number(open), Number(high), Number(low), Number(close), Number(volume), values);
      if (warm && year < TRAINED_UNTIL) before.push(values);
      if ((year === 2008 && month >= 9) || (year === 2009 && month < 9)) crash.push(values);
    }
    const watch = new DriftWatch(BASELINE_SET, trainingDistribution(BASELINE_SET, before), crash.length);
    for (const values of crash) watch.add(values);
    const drifts = watch.drifts();
    const of = (name: string) => drifts.find(({ feature }) => feature === name)!;
    process.stdout.write(`${drifts.map(({ feature, stability }) => `${feature} ${stability.toFixed(2)}`).join(', ')}\n`);
    expect(
      drifts
        .slice(0, 3)
        .map(({ feature }) => feature)
        .sort(),
    ).toEqual(['atr_ratio_14', 'bollinger_width_20', 'hv_20']);
    for (const name of ['hv_20', 'atr_ratio_14', 'sma_ratio_200']) expect(of(name).verdict).toBe('DRIFTED');
    for (const name of ['rsi_14', 'williams_r_14', 'bollinger_position_20']) expect(of(name).verdict).toBe('STABLE');
  });
});
