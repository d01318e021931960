import { quantity } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { executions, exitOf, Guard, held, profile, signal } from './fixtures.js';

/** No weekly or daily breaker, so that drawdowns can be looked at alone. */
const drawdownOnly = (changes = {}) =>
  profile('demo', {
    breakers: { dailyLoss: { limit: '1' }, weeklyLoss: { limit: '1' } },
    ...changes,
  });
const position = (value: string) => [held('AAA', '101', value)];

describe('drawdown', () => {
  it('of 10% halves every position once, rounded up, and halves new sizes until it is won back', () => {
    const guard = new Guard(drawdownOnly()).equity('100000').equity('89991', position('0.01'));
    expect(guard.actions).toEqual(['drawdown-reduce REDUCE_HALF']);
    expect(guard.reached.breakers[0]).toMatchObject({ id: 'br/paper-1/1/drawdown-reduce', limit: 0.1 });
    expect(guard.reached.breakers[0]!.measured).toBeCloseTo(0.1, 3);
    expect(guard.reached.protectiveIntents).toMatchObject([
      {
        side: 'SELL',
        type: 'MARKET',
        timeInForce: 'GTC',
        quantity: quantity('51'),
        purpose: 'breaker:drawdown-reduce',
        verdictId: 'br/paper-1/1/drawdown-reduce',
      },
    ]);
    expect(guard.equity('89000').actions).toEqual([]);
    expect(guard.reached.state.status).toBe('ACTIVE');
    const sized = () =>
      Number(
        guard
          .decide(
            (step) => [signal(step, 'BBB')],
            (step) => executions(step, '91000'),
          )
          .codes[0]!.split(' ')[1],
      );
    const throttled = sized();
    guard.equity('92000');
    expect(guard.state.fired['drawdown-reduce']).toBe(false);
    guard.equity('92000').equity('92000');
    expect(sized()).toBeGreaterThan(throttled * 1.9);
  });
  it('of 15% closes everything and halts until a resume', () => {
    const guard = new Guard(drawdownOnly({ autoResume: { afterSessions: 2000 } })).equity('100000').equity('84000', position('1'));
    expect(guard.actions).toEqual(['drawdown-close CLOSE_ALL', 'drawdown-close HALT', 'drawdown-reduce REDUCE_HALF']);
    expect(guard.reached.protectiveIntents).toMatchObject([{ quantity: quantity('101'), purpose: 'breaker:drawdown-close' }]);
    expect(guard.reached.state).toMatchObject({ status: 'HALTED', actor: 'breaker:drawdown-close' });
    guard.decide(
      (step) => [signal(step, 'BBB'), exitOf(step, 'AAA')],
      (step) => executions(step, '99000', position('1')),
    );
    expect(guard.codes).toEqual(['TRADING_HALTED', 'TRADING_HALTED']);
    expect(guard.reached.state.status).toBe('HALTED');
  });
  it('resumes by itself only where the profile says so, and then starts anew from that day', () => {
    const guard = new Guard(drawdownOnly({ autoResume: { afterSessions: 3 } })).equity('100000').equity('84000');
    guard.equity('84000').equity('84000');
    expect(guard.actions).toEqual([]);
    guard.equity('84000');
    expect(guard.reached.breakers).toMatchObject([{ rule: 'auto-resume', action: 'RESUME', measured: 0.16, limit: 0.15 }]);
    expect(guard.reached.state).toMatchObject({ status: 'ACTIVE', actor: 'demo-profile' });
    expect(guard.equity('76000').actions).toEqual([]);
    expect(guard.equity('75000').actions).toEqual(['drawdown-reduce REDUCE_HALF']);
  });
  it('does not sell again what a reduction is selling already', () => {
    const guard = new Guard(drawdownOnly()).equity('100000').equity('89800', position('1')).equity('84000', position('1'));
    expect(guard.reached.protectiveIntents).toMatchObject([{ quantity: quantity('50') }]);
  });
});

describe('a daily loss', () => {
  it('halves positions and refuses entries until the next session', () => {
    const guard = new Guard(profile('demo')).equity('100000');
    guard.decide(
      (step) => [signal(step, 'BBB'), exitOf(step, 'AAA')],
      (step) => executions(step, '94800', position('1')),
    );
    expect(guard.actions).toEqual(['daily-loss REDUCE_HALF']);
    expect(guard.reached.state).toMatchObject({ status: 'REDUCING', actor: 'breaker:daily-loss' });
    expect(guard.codes).toEqual(['REDUCTION_WORKING', 'TRADING_REDUCING']);
    guard.equity('94800');
    expect(guard.actions).toEqual(['daily-loss RESUME']);
    expect(guard.reached.state.status).toBe('ACTIVE');
  });
  it('is 2.5% in the paper profile', () => {
    expect(new Guard(profile('paper')).equity('100000').equity('97600').actions).toEqual([]);
    expect(new Guard(profile('paper')).equity('100000').equity('97500').actions).toEqual(['daily-loss REDUCE_HALF']);
  });
});

describe('a weekly loss', () => {
  it('closes everything and refuses entries until the next week', () => {
    const guard = new Guard(
      profile('demo', { breakers: { drawdownReduce: { limit: '0.5', rearm: '0.4' }, drawdownClose: { limit: '0.6', rearm: '0.4' } } }),
    );
    guard.equity('100000').equity('96000').equity('92000').equity('89800', position('1'));
    expect(guard.actions).toEqual(['weekly-loss CLOSE_ALL']);
    expect(guard.equity('89000').reached.state.status).toBe('REDUCING');
    guard.equity('89000').equity('89000');
    expect(guard.reached.state.status).toBe('REDUCING');
    expect(guard.equity('89000').actions).toEqual(['weekly-loss RESUME']);
  });
});
