import { describe, expect, it } from 'vitest';

import { nanosFromMillis, type UnixNanos } from '@tradewind/vocabulary';

import {
  ALPHA_VANTAGE_LIMITS,
  chooseKey,
  type KeyEvent,
  type KeyLedger,
  type KeyPlan,
  NO_USAGE,
  recordEvent,
  usageOf,
} from '../../src/keys/key-ledger.js';

const START = Date.parse('2024-07-01T14:00:00Z');
const at = (ms: number): UnixNanos => nanosFromMillis(START + ms);
const PREMIUM: KeyPlan = { id: 'premium-1', purpose: 'premium' };
const DATA_1: KeyPlan = { id: 'data-1', purpose: 'market-data' };
const DATA_2: KeyPlan = { id: 'data-2', purpose: 'market-data' };
const BACKUP: KeyPlan = { id: 'backup-1', purpose: 'backup' };
const SENTIMENT: KeyPlan = { id: 'sentiment-1', purpose: 'sentiment' };
const LIMITS = ALPHA_VANTAGE_LIMITS;

const fold = (plans: readonly KeyPlan[], events: readonly KeyEvent[], from: KeyLedger = NO_USAGE): KeyLedger =>
  events.reduce((ledger, event) => recordEvent(ledger, plans, event, LIMITS), from);
const claim = (key: string, ms: number): KeyEvent => ({ kind: 'claimed', claim: `${key}/${ms}`, key, at: at(ms) });
const refused = (key: string, ms: number, refusal: 'TOO_FAST' | 'DAY_USED_UP' | 'INVALID'): KeyEvent => ({
  kind: 'refused',
  key,
  at: at(ms),
  refusal,
});
const many = (key: string, count: number, spacingMs: number): KeyEvent[] =>
  Array.from({ length: count }, (_, index) => claim(key, index * spacingMs));

describe('the choice of a key', () => {
  const choose = (plans: readonly KeyPlan[], ledger: KeyLedger, ms: number, purpose: 'market-data' | 'sentiment' = 'market-data') =>
    chooseKey(ledger, plans, purpose, LIMITS, at(ms));

  it('takes the premium key first, whatever the call is for', () => {
    const plans = [BACKUP, DATA_1, SENTIMENT, PREMIUM];
    expect(choose(plans, NO_USAGE, 0)).toEqual({ kind: 'CLAIM', key: 'premium-1' });
    expect(choose(plans, NO_USAGE, 0, 'sentiment')).toEqual({ kind: 'CLAIM', key: 'premium-1' });
  });
  it('never spends the sentiment key on prices, nor a key for prices on sentiment', () => {
    expect(choose([SENTIMENT], NO_USAGE, 0)).toEqual({ kind: 'NO_KEY' });
    expect(choose([DATA_1], NO_USAGE, 0, 'sentiment')).toEqual({ kind: 'NO_KEY' });
    expect(choose([DATA_1, SENTIMENT], NO_USAGE, 0, 'sentiment')).toEqual({ kind: 'CLAIM', key: 'sentiment-1' });
  });
  it('lets free keys of one purpose take turns, 2.5 s apart from any call of a free key', () => {
    const plans = [DATA_1, DATA_2];
    const once = fold(plans, [claim('data-1', 0)]);
    expect(choose(plans, once, 2_499)).toEqual({ kind: 'WAIT', until: at(2_500) });
    expect(choose(plans, once, 2_500)).toEqual({ kind: 'CLAIM', key: 'data-2' });
    expect(choose(plans, fold(plans, [claim('data-2', 2_500)], once), 5_000)).toEqual({ kind: 'CLAIM', key: 'data-1' });
  });
  it('turns to the backup key when the keys for the purpose have made their 25 calls', () => {
    const plans = [DATA_1, BACKUP];
    const used = fold(plans, many('data-1', 25, 2_500));
    expect(usageOf(used, 'data-1').used).toBe(25);
    expect(choose(plans, used, 70_000)).toEqual({ kind: 'CLAIM', key: 'backup-1' });
  });
  it('is exhausted when all of them have', () => {
    const plans = [DATA_1, BACKUP];
    const used = fold(plans, [
      ...many('data-1', 25, 2_500),
      ...Array.from({ length: 25 }, (_, index) => claim('backup-1', 70_000 + index * 2_500)),
    ]);
    expect(choose(plans, used, 200_000)).toEqual({ kind: 'EXHAUSTED' });
  });
  it('holds a premium key to 75 calls in any 60 seconds', () => {
    const used = fold([PREMIUM], many('premium-1', 75, 100));
    expect(choose([PREMIUM], used, 59_999)).toEqual({ kind: 'WAIT', until: at(60_000) });
    expect(choose([PREMIUM], used, 60_000)).toEqual({ kind: 'CLAIM', key: 'premium-1' });
  });
  it('waits a moment for the premium key before it spends one that has 25 calls a day', () => {
    const plans = [PREMIUM, DATA_1];
    const used = fold(plans, many('premium-1', 75, 100));
    expect(choose(plans, used, 58_000)).toEqual({ kind: 'WAIT', until: at(60_000) });
    expect(choose(plans, used, 50_000)).toEqual({ kind: 'CLAIM', key: 'data-1' });
  });
  it('backs off twice as long after each refusal, up to five minutes, until the key serves again', () => {
    let ledger = NO_USAGE;
    const blocked: number[] = [];
    for (let count = 0; count < 10; count += 1) {
      ledger = fold([DATA_1], [refused('data-1', 0, 'TOO_FAST')], ledger);
      blocked.push(Number(usageOf(ledger, 'data-1').blockedUntil - at(0)) / 1e9);
    }
    expect(blocked).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
    ledger = fold([DATA_1], [{ kind: 'served', key: 'data-1', at: at(0) }, refused('data-1', 0, 'TOO_FAST')], ledger);
    expect(usageOf(ledger, 'data-1').blockedUntil).toBe(at(1_000));
  });
  it('closes a key for the day when the vendor says that it is used up, whatever was counted', () => {
    expect(choose([DATA_1], fold([DATA_1], [refused('data-1', 0, 'DAY_USED_UP')]), 10_000)).toEqual({ kind: 'EXHAUSTED' });
  });
  it('uses a key that the vendor did not know only when there is no other', () => {
    const ledger = fold([PREMIUM, DATA_1], [refused('premium-1', 0, 'INVALID')]);
    expect(choose([PREMIUM, DATA_1], ledger, 10_000)).toEqual({ kind: 'CLAIM', key: 'data-1' });
    expect(choose([PREMIUM], ledger, 10_000)).toEqual({ kind: 'CLAIM', key: 'premium-1' });
  });
  it('counts no claim that came too early, and none of a key that it does not have', () => {
    const ledger = fold([DATA_1], [claim('data-1', 0), claim('data-1', 1_000), claim('stranger', 5_000)]);
    expect(usageOf(ledger, 'data-1').used).toBe(1);
    expect(ledger.keys['stranger']).toBeUndefined();
  });
});
