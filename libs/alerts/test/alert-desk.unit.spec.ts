import { accountIdOf, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import {
  advanceDesk,
  ALERT_POLICY_DEFAULTS,
  type AlertDesk,
  claimDelivery,
  openAlertDesk,
  type Route,
  settleDelivery,
} from '../src/index.js';

const policy = ALERT_POLICY_DEFAULTS;
const ROUTES: readonly Route[] = [
  { channel: 'slack', severityMin: 'INFO' },
  { channel: 'pagerduty', severityMin: 'CRITICAL' },
];
const accountId = accountIdOf('paper-1');
const at = 1n as UnixNanos;

const halt = (sequence: number, status: 'HALTED' | 'REDUCING' = 'HALTED', reason = 'drill') => ({
  sequence,
  kind: 'trading-state' as const,
  factId: `ts/${sequence}`,
  run: 'demo',
  symbol: '',
  orderId: '',
  actor: 'ann',
  at,
  fact: { accountId: status === 'HALTED' ? accountId : accountIdOf('paper-2'), status, actor: 'ann', reason, since: at },
});
const risk = (...facts: readonly ReturnType<typeof halt>[]) => [{ chain: 'RISK', facts, upTo: facts.at(-1)?.sequence ?? 0 }];
/** The desk once the messages of these facts are on their way. */
const told = (...facts: readonly ReturnType<typeof halt>[]): AlertDesk =>
  advanceDesk(advanceDesk(openAlertDesk({}), risk(...facts), 0, ROUTES, policy).desk, [], 1_000, ROUTES, policy).desk;
const channelsOf = ({ deliveries }: AlertDesk): readonly string[] => deliveries.map(({ channel }) => channel);

describe('advanceDesk', () => {
  it('sends a message to every channel that wants its gravity', () => {
    expect(channelsOf(told(halt(1)))).toEqual(['slack', 'pagerduty']);
    expect(channelsOf(told(halt(1, 'REDUCING')))).toEqual(['slack']);
  });
  it('passes over facts that it has read', () => {
    const { desk } = advanceDesk(openAlertDesk({ RISK: 5 }), risk(halt(4), halt(5), halt(6)), 0, ROUTES, policy);
    expect(desk.book.alerts['trading/paper-1']?.factIds).toEqual(['ts/6']);
    expect(desk.cursors).toEqual({ RISK: 6 });
  });
  it('keeps book and deliveries as they are when nothing happens to them', () => {
    const before = told(halt(1));
    const { desk } = advanceDesk(before, [{ chain: 'MARKET', facts: [], upTo: 900 }], 1_200, ROUTES, policy);
    expect(desk.book).toBe(before.book);
    expect(desk.deliveries).toBe(before.deliveries);
    expect(desk.cursors).toEqual({ RISK: 1, MARKET: 900 });
  });
  it('lets go what waits for a channel that is no more', () => {
    expect(channelsOf(advanceDesk(told(halt(1)), [], 1_200, ROUTES.slice(0, 1), policy).desk)).toEqual(['slack']);
  });
});

describe('claimDelivery and settleDelivery', () => {
  it('give a message to one at a time, and to another when nobody settles it', () => {
    const first = claimDelivery(told(halt(1)), 'slack', 1_000);
    expect(first.delivery).toMatchObject({ attempts: 1 });
    expect(claimDelivery(first.desk, 'slack', 10_000).delivery).toBeUndefined();
    expect(claimDelivery(first.desk, 'pagerduty', 1_000).delivery).toBeDefined();
    expect(claimDelivery(first.desk, 'slack', 16_000).delivery).toMatchObject({ attempts: 2, message: first.delivery!.message });
  });
  it('keep the order of a channel: the second waits for the first', () => {
    const both = advanceDesk(told(halt(1)), risk(halt(2, 'REDUCING')), 2_000, ROUTES, policy).desk;
    const later = advanceDesk(both, [], 40_000, ROUTES, policy).desk;
    expect(channelsOf(later)).toEqual(['slack', 'pagerduty', 'slack']);
    const { desk, delivery } = claimDelivery(later, 'slack', 40_000);
    const failed = settleDelivery(desk, delivery!, { status: 'FAILED' }, 40_000).desk;
    expect(claimDelivery(failed, 'slack', 40_500).delivery).toBeUndefined();
  });
  it('try again later and later, as late as the channel asks, and never longer than five minutes by themselves', () => {
    const { desk, delivery } = claimDelivery(told(halt(1)), 'slack', 1_000);
    const dueAfter = (attempts: number, retryAfterMs?: number): number => {
      const outcome = { status: 'FAILED', ...(retryAfterMs !== undefined && { retryAfterMs }) } as const;
      return settleDelivery(desk, { ...delivery!, attempts }, outcome, 2_000).desk.deliveries[0]!.notBeforeMs - 2_000;
    };
    expect([dueAfter(1), dueAfter(2), dueAfter(3), dueAfter(30), dueAfter(1, 7_000)]).toEqual([1_000, 2_000, 4_000, 300_000, 7_000]);
  });
  it('let a message go when it is taken, when it is refused, and when nobody took it for a day', () => {
    const { desk, delivery } = claimDelivery(told(halt(1)), 'slack', 1_000);
    const left = (status: 'SENT' | 'REFUSED' | 'FAILED', nowMs: number) => {
      const settled = settleDelivery(desk, delivery!, { status }, nowMs);
      return [channelsOf(settled.desk).includes('slack'), settled.givenUp];
    };
    expect(left('SENT', 2_000)).toEqual([false, false]);
    expect(left('REFUSED', 2_000)).toEqual([false, true]);
    expect(left('FAILED', 2_000)).toEqual([true, false]);
    expect(left('FAILED', 90_000_000)).toEqual([false, true]);
  });
});
