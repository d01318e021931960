import type { UnixNanos } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  acknowledge,
  ALERT_POLICY_DEFAULTS,
  dueMessages,
  emptyAlertBook,
  forgetOld,
  subjectOf,
  takeSignals,
  textOf,
  type AlertBook,
  type AlertSignal,
} from '../src/index.js';

let facts = 0;
const signal = (over: Partial<AlertSignal> = {}): AlertSignal => ({
  key: 'trading/paper-1',
  group: 'trading',
  severity: 'CRITICAL',
  state: 'RAISED',
  title: 'Trading is HALTED',
  lines: ['by ann'],
  at: 1n as UnixNanos,
  factId: `f/${(facts += 1)}`,
  ...over,
});
const policy = ALERT_POLICY_DEFAULTS;
const after = (...signals: AlertSignal[]): AlertBook => takeSignals(emptyAlertBook(), signals, 0);
const alertOf = (book: AlertBook, key = 'trading/paper-1') => book.alerts[key];

describe('takeSignals', () => {
  it('makes one alert of what is said again under one key, and counts', () => {
    expect(alertOf(after(signal(), signal(), signal()))).toMatchObject({ count: 3, status: 'OPEN', episode: 1 });
  });
  it('does not count a fact that comes again', () => {
    const same = signal();
    expect(alertOf(after(same, same))).toMatchObject({ count: 1 });
  });
  it('ends an alert with the signal that resolves it, and begins another episode when it is raised anew', () => {
    const over = after(signal(), signal({ state: 'RESOLVED', title: 'ACTIVE' }));
    expect(alertOf(over)).toMatchObject({ status: 'RESOLVED', title: 'ACTIVE' });
    expect(alertOf(takeSignals(over, [signal()], 9))).toMatchObject({ status: 'OPEN', episode: 2, count: 1, firstAtMs: 9 });
  });
  it('says nothing of the end of what was never raised', () => {
    expect(after(signal({ state: 'RESOLVED' })).alerts).toEqual({});
  });
});

describe('dueMessages', () => {
  it('waits for the window of the group, then says all alerts of the group in one message, the gravest first', () => {
    const book = after(signal({ key: 'a', severity: 'WARNING' }), signal({ key: 'b' }), signal({ key: 'c', group: 'other' }));
    expect(dueMessages(book, 999, policy).messages).toEqual([]);
    const { messages } = dueMessages(book, 1_000, policy);
    expect(messages.map(({ group, alerts }) => [group, alerts.map(({ key }) => key)])).toEqual([
      ['other', ['c']],
      ['trading', ['b', 'a']],
    ]);
  });
  it('says a thing once', () => {
    const { book } = dueMessages(after(signal()), 1_000, policy);
    expect(dueMessages(takeSignals(book, [signal()], 2_000), 5_000, policy).messages).toEqual([]);
  });
  it('lets a flood of warnings wait for the interval of the group, but never a critical alert', () => {
    const { book } = dueMessages(after(signal({ key: 'a', severity: 'WARNING' })), 1_000, policy);
    const warned = takeSignals(book, [signal({ key: 'b', severity: 'WARNING' })], 2_000);
    expect(dueMessages(warned, 10_000, policy).messages).toEqual([]);
    expect(dueMessages(warned, 31_000, policy).messages).toHaveLength(1);
    const critical = takeSignals(warned, [signal({ key: 'c' })], 2_000);
    expect(dueMessages(critical, 3_000, policy).messages[0]?.alerts.map(({ key }) => key)).toEqual(['c', 'b']);
  });
  it('repeats a critical alert that nobody acknowledged, and stops when somebody did', () => {
    const { book } = dueMessages(after(signal()), 1_000, policy);
    expect(dueMessages(book, 900_999, policy).messages).toEqual([]);
    expect(dueMessages(book, 901_000, policy).messages).toHaveLength(1);
    const known = acknowledge(book, { key: 'trading/paper-1', actor: 'ann', reason: 'on it' });
    expect(known.refusal).toBeUndefined();
    expect(dueMessages(known.book, 901_000, policy).messages).toEqual([]);
  });
  it('tells an acknowledged alert again when it becomes graver', () => {
    const told = dueMessages(after(signal({ severity: 'WARNING' })), 1_000, policy).book;
    const known = acknowledge(told, { key: 'trading/paper-1', actor: 'ann', reason: 'on it' }).book;
    const graver = takeSignals(known, [signal()], 40_000);
    expect(dueMessages(graver, 41_000, policy).messages[0]?.alerts[0]).toMatchObject({ status: 'OPEN', severity: 'CRITICAL' });
  });
  it('tells every key that was raised within window or interval, whatever comes when', () => {
    const raised = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      group: fc.constantFrom('x', 'y'),
      after: fc.nat({ max: 20_000 }),
    });
    fc.assert(
      fc.property(fc.array(raised, { minLength: 1, maxLength: 40 }), (plan) => {
        let book = emptyAlertBook();
        let nowMs = 0;
        const told = new Map<string, number>();
        const first = new Map<string, number>();
        const step = (until: number): void => {
          for (; nowMs <= until; nowMs += 250) {
            const due = dueMessages(book, nowMs, policy);
            ({ book } = due);
            for (const { alerts } of due.messages) for (const { key } of alerts) if (!told.has(key)) told.set(key, nowMs);
          }
        };
        for (const { key, group, after: pause } of plan) {
          step(nowMs + pause);
          const name = `${group}/${key}`;
          if (!first.has(name)) first.set(name, nowMs);
          book = takeSignals(book, [signal({ key: name, group, severity: 'WARNING' })], nowMs);
        }
        step(nowMs + policy.groupIntervalMs + policy.groupWindowMs);
        for (const [key, at] of first) {
          expect(told.get(key)).toBeDefined();
          expect(told.get(key)! - at).toBeLessThanOrEqual(policy.groupIntervalMs + 250);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('acknowledge', () => {
  it.each([
    [{ key: 'none', actor: 'ann', reason: 'x' }, 'ALERT_UNKNOWN'],
    [{ key: 'trading/paper-1', actor: ' ', reason: 'x' }, 'ACTOR_MISSING'],
    [{ key: 'trading/paper-1', actor: 'ann', reason: '' }, 'REASON_MISSING'],
  ])('refuses %o with %s', (answer, refusal) => {
    expect(acknowledge(after(signal()), answer).refusal).toBe(refusal);
  });
});

describe('forgetOld', () => {
  it('keeps what is open and what was not told yet, and forgets the rest after its time', () => {
    const told = dueMessages(
      after(signal(), signal({ key: 'b', state: 'RAISED' }), signal({ key: 'b', state: 'RESOLVED' })),
      1_000,
      policy,
    ).book;
    const kept = forgetOld(told, policy.keepMs + 1, policy);
    expect(Object.keys(kept.alerts)).toEqual(['trading/paper-1']);
  });
});

describe('what people read', () => {
  it('names the gravest alert and how many more there are, and the key that acknowledges each', () => {
    const [message] = dueMessages(after(signal(), signal({ key: 'b', severity: 'INFO', title: 'Other' })), 1_000, policy).messages;
    expect(subjectOf(message!)).toBe('[CRITICAL] Trading is HALTED and 1 more');
    expect(textOf(message!).split('\n')).toEqual([
      'CRITICAL Trading is HALTED (new)',
      '  by ann',
      '  key trading/paper-1',
      'INFO Other (new)',
      '  by ann',
      '  key b',
    ]);
  });
});
