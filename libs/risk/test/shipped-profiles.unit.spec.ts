import { money, price, quantity } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { executions, Guard, held, profile, signal } from './fixtures.js';
import { bar, historyOf, wave } from './market.js';

const history = historyOf({ AAA: wave(0.012), BBB: wave(0.01, 1, 2), CCC: wave(0.009, 0, 3), DDD: wave(0.01, 1, 5) }, '5000000');
const input = { history, bars: ['AAA', 'BBB', 'CCC', 'DDD'].map((symbol) => bar(symbol, 100)) };
const close = history.lastCloseOf('AAA')!;
/** What the rules give on daily bars of a large company: a fair edge, a range of 1.8% a day. */
const ordinary = {
  signalType: 'entry',
  confidence: 0.8,
  probabilityUp: 0.58,
  expectedWin: 0.03,
  expectedLoss: 0.025,
  atr: 1.8,
  referencePrice: close,
};
const account = (step: number) => executions(step, '94000', [held('CCC', '20', '100'), held('DDD', '40', '100')]);
const guardOf = (name: string) => new Guard(profile(name)).decide(() => [], account);

describe('a profile that ships', () => {
  it.each(['paper', 'trial', 'live'])('%s lets an ordinary entry through every check, and stands beside it with a stop', (name) => {
    const guard = guardOf(name);
    guard.decide((step) => [signal(step, 'AAA', ordinary)], account, input);
    const [verdict] = guard.reached.verdicts;
    expect(verdict).toMatchObject({ status: 'APPROVED', intent: { type: 'LIMIT', timeInForce: 'DAY' } });
    if (verdict?.status !== 'APPROVED') throw new Error('not approved');
    const { quantity: units, limitPrice, protectiveStop, takeProfit } = verdict.intent;
    expect((units / quantity('1')) * limitPrice! <= money('2000')).toBe(true);
    expect(protectiveStop! < price('97')).toBe(true);
    expect(takeProfit === undefined).toBe(name === 'paper');
  });
  it.each(['trial', 'live'])('%s refuses it without history, without a bar of the step, and of a strategy that nobody approved', (name) => {
    const ask = (changes: object, market: object) =>
      guardOf(name).decide((step) => [signal(step, 'AAA', { ...ordinary, ...changes })], account, { ...input, ...market }).codes;
    expect(ask({}, { history: historyOf({ AAA: wave(0.01, 0, 1, 10) }) })).toEqual([expect.stringMatching(/PRICE_BAND|HISTORY_SHORT/)]);
    expect(ask({}, { bars: [] })).toEqual(['STALE_MARK']);
    expect(ask({ signalType: 'guess' }, {})).toEqual(['STRATEGY_NOT_APPROVED']);
  });
});
