import { symbolOf } from '@tradewind/vocabulary';
import type { UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { accuracyOf, evolveRisk, initialRisk, silentSeconds } from '../src/index.js';
import { ACCOUNT, executions, profile, signal } from './fixtures.js';
import { WatchedAccount } from './watched-account.js';

const OFF = { modelAccuracy: 'off', dataQuality: 'off', decisionLatency: 'off', dataSilence: 'off' };
const only = (control: Record<string, unknown>) => profile('demo', { controls: { ...OFF, ...control } });
const folded = (watched: WatchedAccount) => watched.history.reduce(evolveRisk, initialRisk({ accountId: ACCOUNT }));

describe('model accuracy', () => {
  const settings = { limit: '0.45', rearm: '0.5', days: 30, forecastsMin: 20, becomes: 'REDUCING' };
  /** Forecasts a rise each step, one bar ahead; the price rises when `isRight` says so. */
  const forecast = (watched: WatchedAccount, steps: number, isRight: (step: number) => boolean): void => {
    for (let count = 0; count < steps; count += 1) {
      const step = watched.step + 1;
      const reference = watched.closes.get('AAA')! * (isRight(step) ? 1.01 : 0.99);
      watched.move(
        { AAA: isRight(step) ? 0.01 : -0.01 },
        { decisions: [signal(step, 'AAA', { status: 'REJECTED', probabilityUp: 0.6, horizonBars: 1, referencePrice: reference })] },
      );
    }
  };
  it('below its limit refuses entries, but not before so many outcomes are known', () => {
    const watched = new WatchedAccount(only({ modelAccuracy: settings }), ['AAA']);
    // The forecast of a step is judged by the next one.
    forecast(watched, 20, () => false);
    expect(accuracyOf(watched.state.controls)).toEqual({ share: 0, total: 19 });
    expect(watched.reached.state.status).toBe('ACTIVE');
    forecast(watched, 1, () => false);
    expect(watched.actions).toEqual(['model-accuracy REFUSE_ENTRIES']);
    expect(watched.reached.state).toMatchObject({ status: 'REDUCING', actor: 'breaker:model-accuracy' });
    expect(folded(watched)).toEqual(watched.state);
  });
  it('at its limit is enough', () => {
    const watched = new WatchedAccount(only({ modelAccuracy: { ...settings, limit: '0.5', rearm: '0.5' } }), ['AAA']);
    forecast(watched, 41, (step) => step % 2 === 0);
    expect(accuracyOf(watched.state.controls)!.total).toBeGreaterThanOrEqual(20);
    expect(watched.reached.state.status).toBe('ACTIVE');
  });
  it('resumes when the signals are right again, since they are judged on meanwhile', () => {
    const watched = new WatchedAccount(only({ modelAccuracy: settings }), ['AAA']);
    forecast(watched, 25, () => false);
    expect(watched.reached.state.status).toBe('REDUCING');
    forecast(watched, 40, () => true);
    expect(watched.reached.state.status).toBe('ACTIVE');
  });
  it('halts where the profile says so, and then waits for a person', () => {
    const watched = new WatchedAccount(
      profile('demo', { controls: { ...OFF, modelAccuracy: { ...settings, becomes: 'HALTED' } }, autoResume: { afterSessions: 2000 } }),
      ['AAA'],
    );
    forecast(watched, 25, () => false);
    expect(watched.reached.state.status).toBe('HALTED');
    forecast(watched, 60, () => true);
    expect(watched.reached.state.status).toBe('HALTED');
  });
  it('forgets outcomes that are older than its days, and forecasts of another run', () => {
    const watched = new WatchedAccount(only({ modelAccuracy: { ...settings, days: 5 } }), ['AAA']);
    forecast(watched, 30, () => true);
    expect(accuracyOf(watched.state.controls)!.total).toBe(5);
    expect(watched.state.controls.forecasts).toHaveLength(1);
    const next = executions(0, '100000');
    const header = { ...next.header, run: 'r2' };
    watched.decide(
      () => [],
      () => next,
      { header, executions: { ...next, header } },
    );
    expect(watched.state.controls.forecasts).toHaveLength(0);
  });
  it('counts no forecast of one half and no price that did not move', () => {
    const watched = new WatchedAccount(only({ modelAccuracy: settings }), ['AAA']);
    watched.move({}, { decisions: [signal(0, 'AAA', { probabilityUp: 0.5, horizonBars: 1 })] });
    watched.move({}, { decisions: [signal(1, 'AAA', { probabilityUp: 0.7, horizonBars: 1, referencePrice: 100 })] });
    watched.move({});
    expect(accuracyOf(watched.state.controls)).toBeUndefined();
  });
});

describe('data quality', () => {
  const watchedBy = () =>
    new WatchedAccount(only({ dataQuality: { limit: '0.75', steps: 2, becomes: 'REDUCING' } }), ['AAA', 'BBB', 'CCC', 'DDD']);
  const withLow = (watched: WatchedAccount, symbols: readonly string[]): WatchedAccount =>
    watched.move(
      {},
      {
        executions: {
          ...executions(watched.step + 1, '100000'),
          lowQuality: symbols.map((symbol) => ({ symbol: symbolOf(symbol), score: 0.5 })),
        },
      },
    );
  it('at its limit is good, below it trips after so many steps in a row', () => {
    const watched = watchedBy();
    withLow(withLow(watched, ['AAA']), ['AAA']);
    expect(watched.reached.state.status).toBe('ACTIVE');
    withLow(watched, ['AAA', 'BBB']);
    withLow(watched, ['AAA']);
    withLow(watched, ['AAA', 'BBB']);
    expect(watched.actions).toEqual([]);
    withLow(watched, ['AAA', 'BBB']);
    expect(watched.actions).toEqual(['data-quality REFUSE_ENTRIES']);
    expect(watched.reached.breakers).toMatchObject([{ measured: 0.5, limit: 0.75 }]);
    expect(withLow(watched, []).reached.state.status).toBe('REDUCING');
    expect(withLow(watched, []).actions).toEqual(['data-quality RESUME']);
    expect(folded(watched)).toEqual(watched.state);
  });
});

describe('decision latency', () => {
  const watchedBy = () => new WatchedAccount(only({ decisionLatency: { limitMs: 1_000, steps: 2, becomes: 'REDUCING' } }), ['AAA']);
  it('trips after so many late decisions in a row, and is journaled, so that a replay of the events needs no clock', () => {
    const watched = watchedBy();
    for (const latencyMs of [1_001, 1_000, 1_001]) watched.move({}, { latencyMs });
    expect(watched.actions).toEqual([]);
    watched.move({}, { latencyMs: 2_500 });
    expect(watched.actions).toEqual(['decision-latency REFUSE_ENTRIES']);
    expect(watched.reached.breakers).toMatchObject([{ measured: 2_500, limit: 1_000 }]);
    watched.move({}, { latencyMs: 3 });
    expect(watched.move({}, { latencyMs: 3 }).actions).toEqual(['decision-latency RESUME']);
    expect(folded(watched)).toEqual(watched.state);
  });
  it('says nothing in a replay, which has no clock', () => {
    const watched = watchedBy();
    for (let step = 0; step < 5; step += 1) watched.move({});
    expect(watched.state.controls.latency).toEqual({ bad: 0, good: 0 });
  });
});

describe('controls that are off', () => {
  it('are told nothing and remember nothing', () => {
    const watched = new WatchedAccount(only({}), ['AAA']);
    for (let step = 0; step < 5; step += 1) watched.move({}, { decisions: [signal(step, 'AAA')], latencyMs: 60_000 });
    expect(watched.state.controls).toEqual(initialRisk({ accountId: ACCOUNT }).controls);
    expect(watched.history.some(({ type }) => type === 'ControlsRead')).toBe(false);
  });
});

describe('silence of market data', () => {
  const nanos = (iso: string): UnixNanos => (BigInt(Date.parse(iso)) * 1_000_000n) as UnixNanos;
  const minute = 60_000_000_000n;
  const heard = (heardAt: string, now: string, exchange = 'XNYS') =>
    silentSeconds({ heardAt: nanos(heardAt), now: nanos(now), intervalNanos: minute, exchange });
  it('counts from the end of the interval in which the next bars were due', () => {
    expect(heard('2026-03-02T15:00:00Z', '2026-03-02T15:01:00Z')).toBe(0);
    expect(heard('2026-03-02T15:00:00Z', '2026-03-02T15:03:00Z')).toBe(120);
  });
  it('is none while the exchange is shut, and begins with the session', () => {
    expect(heard('2026-03-02T20:59:00Z', '2026-03-03T02:00:00Z')).toBe(0);
    expect(heard('2026-03-06T20:59:00Z', '2026-03-08T15:00:00Z')).toBe(0);
    // 09:30 in New York.
    expect(heard('2026-03-02T20:59:00Z', '2026-03-03T14:33:00Z')).toBe(120);
  });
  it('takes an exchange without a calendar to be always open', () => {
    expect(heard('2026-03-08T15:00:00Z', '2026-03-08T15:03:00Z', 'KRAKEN')).toBe(120);
  });
});
