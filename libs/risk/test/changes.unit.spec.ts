import type { OrderEvent, OrdersChanged } from '@tradewind/orders';
import { decodeState, encodeState, money, price, quantity, symbolOf } from '@tradewind/vocabulary';
import type { UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { evolveRisk, initialRisk, NO_HISTORY, observeChanges } from '../src/index.js';
import type { RiskState } from '../src/index.js';
import { ACCOUNT, at, executions, Guard, held, INSTRUMENTS, profile, signal } from './fixtures.js';

const SETTING = { profile: profile('demo'), instruments: INSTRUMENTS };
const HOUR = 3_600_000_000_000n;

/** What happened `hours` after a step, with the account that it led to. */
const changed = (
  step: number,
  hours: number,
  cash: string,
  positions = [held('AAA', '100', '100')],
  events: readonly OrderEvent[] = [],
): OrdersChanged => {
  const instant = (at(step) + BigInt(hours) * HOUR) as UnixNanos;
  const { account } = executions(step, cash, positions);
  return {
    id: `orders.changes/paper-1/${step * 100 + hours}`,
    run: 'r1',
    accountId: ACCOUNT,
    at: instant,
    events,
    accountEvents: [],
    anomalies: [],
    account: { ...account, at: instant },
    causes: [],
  };
};
const guard = (): Guard => new Guard(SETTING.profile).equity('90000', [held('AAA', '100', '100')]);
const observe = (state: RiskState, fact: OrdersChanged) => observeChanges(state, fact, NO_HISTORY, SETTING);

describe('observeChanges', () => {
  it('fires a breaker between the steps, with the orders it asks for and derived ids', () => {
    const done = observe(guard().state, changed(0, 1, '84000'));
    expect(done.protections).toMatchObject({
      id: 'risk.protections/orders.changes/paper-1/1',
      run: 'r1',
      causes: ['orders.changes/paper-1/1'],
      breakers: [{ id: 'br/paper-1/orders.changes/paper-1/1/daily-loss', rule: 'daily-loss', action: 'REDUCE_HALF' }],
      intents: [{ symbol: 'AAA', side: 'SELL', type: 'MARKET', quantity: quantity('50'), purpose: 'breaker:daily-loss' }],
      state: { status: 'REDUCING', actor: 'breaker:daily-loss' },
    });
    expect(Object.values(done.state.pending)).toMatchObject([{ symbol: 'AAA', reduces: true, leaves: quantity('50') }]);
  });
  it('says nothing when nothing trips', () => {
    const done = observe(guard().state, changed(0, 1, '89000'));
    expect(done.protections).toBeUndefined();
    expect(done.state.equity).toBe(money('99000'));
  });
  it('told twice asks for the same orders, and told in a row for nothing more', () => {
    const { state } = guard();
    const [first, second] = [observe(state, changed(0, 1, '84000')), observe(state, changed(0, 1, '84000'))];
    expect(second).toEqual(first);
    expect(observe(first.state, changed(0, 2, '84000')).protections).toBeUndefined();
  });
  it('folds its events into the state it gives, through storage and back', () => {
    const { state, history } = guard();
    const done = observe(state, changed(0, 1, '70000'));
    expect([...history, ...done.events].reduce(evolveRisk, initialRisk({ accountId: ACCOUNT }))).toEqual(done.state);
    expect(decodeState(encodeState(done.state))).toEqual(done.state);
  });
  it('an account that is older than the known one fires nothing and moves no equity', () => {
    const watched = guard().equity('90000', [held('AAA', '100', '100')]);
    const late = observe(watched.state, changed(0, 1, '1000'));
    expect(late.protections).toBeUndefined();
    expect(late.state.equity).toBe(money('100000'));
    expect(late.state.session).toBe(watched.state.session);
  });
  it('opens the next session once, and never goes back to the one before', () => {
    const { state } = guard();
    const next = observe(state, changed(1, 0, '90000'));
    expect(next.state.session).toBe(state.session + 1);
    expect(observe(next.state, { ...changed(0, 5, '90000'), id: 'orders.changes/paper-1/x' }).state.session).toBe(next.state.session);
  });
  it('releases what was filled between the steps, and leaves other accounts alone', () => {
    const watched = new Guard(SETTING.profile).decide(
      (step) => [signal(step, 'BBB')],
      (step) => executions(step, '100000'),
    );
    const [order] = Object.values(watched.state.pending);
    const fill: OrderEvent = {
      type: 'OrderFilled',
      id: 'oe/1/1',
      clientOrderId: order!.clientOrderId,
      symbol: symbolOf('BBB'),
      at: at(0),
      causes: [],
      fillId: 'fl/1',
      side: 'BUY',
      quantity: order!.leaves,
      price: price('100'),
      commission: money('0'),
      slippage: money('0'),
      leavesQuantity: quantity('0'),
    };
    const fact = changed(0, 1, '60000', [held('BBB', '400', '100')], [fill]);
    const done = observe(watched.state, fact);
    expect(done.events.some(({ type }) => type === 'ChangesObserved')).toBe(true);
    const strange = observe(watched.state, { ...fact, accountId: 'other' as typeof ACCOUNT });
    expect(strange.state).toEqual(watched.state);
    expect(strange.events).toEqual([]);
  });
});
