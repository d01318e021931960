import { resolve } from 'node:path';

import { type StressReport, stressReport, type StressSetting, recordedScenario } from '@tradewind/backtest';
import { DEMO_PLAN, type MarketStep, replayDataset } from '@tradewind/market';
import { PAPER_VENUE_DEFAULTS, paperVenue } from '@tradewind/orders';
import { readDemoSources } from '@tradewind/replay-files';
import { accountIdOf, money, toNumber } from '@tradewind/vocabulary';
import { beforeAll, describe, expect, it } from 'vitest';

import { instrumentsBySymbol, readProfile } from '../src/run-context.js';

const root = resolve(import.meta.dirname, '../../..');
const instruments = instrumentsBySymbol();
const openingCash = money('100000');

const settingOf = async (profile: string): Promise<StressSetting> => ({
  accountId: accountIdOf('paper-1'),
  currency: 'USD',
  openingCash,
  profile: await readProfile(root, profile),
  instruments,
  venue: paperVenue({ ...PAPER_VENUE_DEFAULTS, instruments }),
});

const fall = (steps: readonly MarketStep[], from: string, to: string, setting: StressSetting): StressReport =>
  stressReport(recordedScenario('fall', steps, { from, to }, { openingCash, instruments })!, setting);

/** The first step on which the account is `limit` below its peak. */
const drawdownReached = ({ withBreakers }: StressReport, limit: number): number | undefined => {
  let peak = 0;
  const step = withBreakers.equity.findIndex(({ equity }) => {
    peak = Math.max(peak, toNumber(equity));
    return 1 - toNumber(equity) / peak >= limit;
  });
  return step === -1 ? undefined : step;
};

describe('recorded falls', () => {
  let steps: readonly MarketStep[];
  beforeAll(async () => {
    steps = replayDataset(DEMO_PLAN, await readDemoSources()).steps;
  });

  it.each([
    ['live', 0.1, 0.15],
    ['trial', undefined, 0.08],
  ] as const)(
    '2008 under %s: fires on the day the limit is reached, not before, and halts at the second',
    async (profile, reduce, close) => {
      const report = fall(steps, '2007-10-09', '2009-03-31', await settingOf(profile));
      if (reduce !== undefined) expect(report.firstFired['drawdown-reduce']).toBe(drawdownReached(report, reduce));
      const closes = drawdownReached(report, close);
      expect(report.firstFired['drawdown-close']).toBe(closes);
      expect(report.withBreakers.status === 'HALTED').toBe(closes !== undefined);
      expect(report.withoutBreakers.worstLoss).toBeGreaterThan(0.4);
      // The order goes out at the next open: what is lost beyond the limit is that gap and the costs.
      expect(report.withBreakers.worstLoss).toBeLessThan(close + 0.03);
    },
  );

  it('2020: loses less with the breakers of live than without', async () => {
    const { withBreakers, withoutBreakers } = fall(steps, '2020-02-19', '2020-04-17', await settingOf('live'));
    expect(withoutBreakers.worstLoss).toBeGreaterThan(0.25);
    expect(withBreakers.worstLoss).toBeLessThan(0.1);
  });

  it('has nothing to say of days that are not in the data', async () => {
    expect(recordedScenario('x', steps, { from: '2030-01-01', to: '2030-02-01' }, { openingCash, instruments })).toBeUndefined();
  });
});
