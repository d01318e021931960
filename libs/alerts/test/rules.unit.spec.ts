import { accountIdOf, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { ALERTING_KINDS, type RecordedFact, signalsOf } from '../src/index.js';

const at = 5n as UnixNanos;
const told = (kind: RecordedFact['kind'], fact: unknown) =>
  signalsOf({ kind, factId: 'f/1', run: 'demo', symbol: 'SPX', orderId: '', actor: 'risk', at, fact });
const accountId = accountIdOf('paper-1');
const symbol = symbolOf('SPX');

describe('signalsOf', () => {
  it('raises a halt as critical with who and why, and ends it when trading is active', () => {
    const state = { accountId, status: 'HALTED', actor: 'ann', reason: 'drill', since: at };
    expect(told('trading-state', state)).toMatchObject([{ key: 'trading/paper-1', severity: 'CRITICAL', lines: ['by ann', 'drill'] }]);
    const changed = { id: 'x', at, previous: 'HALTED', state: { ...state, status: 'ACTIVE' }, causes: [] };
    expect(told('trading-state', changed)).toMatchObject([{ key: 'trading/paper-1', state: 'RESOLVED' }]);
  });
  it('raises a breaker with its measure against its limit', () => {
    const action = { id: 'b', at, rule: 'daily-loss', action: 'REDUCE_HALF', measured: 0.0312, limit: 0.025 };
    expect(told('breaker', action)).toMatchObject([{ severity: 'WARNING', lines: ['measured 3.12% against a limit of 2.50%'] }]);
    expect(told('breaker', { ...action, action: 'RESUME' })).toMatchObject([{ state: 'RESOLVED', key: 'breaker/demo/daily-loss' }]);
  });
  it('tells each measure of a breaker in its own unit', () => {
    const lines = (rule: string, measured: number, limit: number) =>
      told('breaker', { id: 'b', at, rule, action: 'REFUSE_ENTRIES', measured, limit })[0]?.lines;
    expect(lines('decision-latency', 1_500, 1_000)).toEqual(['measured 1500 ms against a limit of 1000 ms']);
    expect(lines('volatility-spike', 2.5, 2)).toEqual([
      'measured 2.50 times the volatility before against a limit of 2.00 times the volatility before',
    ]);
    expect(lines('correlation-breakdown', 3, 2.5)).toEqual(['measured 3.00 standard errors against a limit of 2.50 standard errors']);
    expect(lines('factor-exposure', 1.6, 1.5)).toEqual(['measured a beta of 1.60 against a limit of a beta of 1.50']);
    expect(lines('model-accuracy', 0.44, 0.45)).toEqual(['measured 44.00% against a limit of 45.00%']);
  });
  it('raises a broker that is gone and one that wants a login as critical, whatever order is under way', () => {
    for (const code of ['BROKER_LOST', 'LOGIN_NEEDED'])
      expect(told('order-anomaly', { id: 'a', at, code, parameters: { reason: 'second factor' } })).toMatchObject([
        { key: `anomaly/${code}/`, group: 'broker', severity: 'CRITICAL', title: code, lines: ['reason second factor'] },
      ]);
  });
  it('raises a message that a service gave up, and where to look at it', () => {
    const letter = { letter: 7, service: 'risk', event: 'risk.commands', reason: 'malformed', error: 'actor: must not be empty' };
    expect(told('dead-letter', letter)).toMatchObject([
      {
        key: 'dead-letter/risk/risk.commands/malformed',
        severity: 'CRITICAL',
        lines: ['actor: must not be empty', 'tradewind dlq show 7'],
      },
    ]);
  });
  it('raises refusals of the venue by code, and nothing for an order that lives as it should', () => {
    const event = { id: 'e', clientOrderId: 'tw-1', symbol, at, causes: [], type: 'OrderRejected', code: 'BUYING_POWER' };
    expect(told('order-event', event)).toMatchObject([{ key: 'refused/demo/OrderRejected/BUYING_POWER', severity: 'WARNING' }]);
    expect(told('order-event', { ...event, type: 'OrderAccepted', venueOrderId: '1' })).toEqual([]);
  });
  it('raises an anomaly by code and order', () => {
    const anomaly = { id: 'a', at, code: 'OVERFILL', clientOrderId: 'tw-1', symbol, parameters: { excess: '3' } };
    expect(told('order-anomaly', anomaly)).toMatchObject([
      { key: 'anomaly/OVERFILL/tw-1', severity: 'CRITICAL', lines: ['order tw-1', 'excess 3'] },
    ]);
  });
  it('ends the alert of a broker that was lost, and of a login that was needed, when it is back', () => {
    const back = told('order-anomaly', { id: 'a', at, code: 'BROKER_BACK', parameters: { venue: 'alpaca' } });
    const lost = told('order-anomaly', { id: 'a', at, code: 'BROKER_LOST', parameters: { venue: 'alpaca', reason: 'gone' } });
    expect(back.map(({ key, state }) => [key, state])).toEqual([
      ['anomaly/BROKER_LOST/alpaca', 'RESOLVED'],
      ['anomaly/LOGIN_NEEDED/alpaca', 'RESOLVED'],
    ]);
    expect(lost).toMatchObject([{ key: 'anomaly/BROKER_LOST/alpaca', severity: 'CRITICAL', state: 'RAISED' }]);
  });
  it('raises books that differ while trading is refused, and tells repairs', () => {
    const difference = { id: 'd', kind: 'CASH', subject: 'USD', ours: '1', theirs: '2', code: 'CASH', status: 'OPEN', explanation: '' };
    const found = { id: 'r', accountId, at, venue: 'alpaca', differences: [difference], tradable: false };
    expect(told('reconciliation', found)).toMatchObject([{ key: 'reconciliation/paper-1', severity: 'CRITICAL', state: 'RAISED' }]);
    const mended = { ...found, tradable: true, differences: [{ ...difference, status: 'REPAIRED' }] };
    expect(told('reconciliation', mended)).toMatchObject([{ state: 'RESOLVED' }, { key: 'repair/f/1', severity: 'WARNING' }]);
  });
  it('raises dropped market data and fast prices as warnings, other findings as information', () => {
    const fault = { id: 'q', symbol, at, code: 'TICK_PRICE_JUMP', field: 'price', rule: 'r', source: 's', dropped: true };
    expect(told('quality-fault', fault)).toMatchObject([{ severity: 'WARNING' }]);
    expect(told('quality-fault', { ...fault, dropped: false, code: 'VOLATILITY_ALERT' })).toMatchObject([{ severity: 'WARNING' }]);
    expect(told('quality-fault', { ...fault, dropped: false, code: 'QUOTE_LOCKED' })).toMatchObject([{ severity: 'INFO' }]);
  });
  it('raises a feed that is gone once for all its symbols, as critical', () => {
    const fault = { id: 'q', symbol, at, code: 'FEED_DOWN', field: 'source', rule: 'r', source: 'alpaca', dropped: false };
    expect(told('quality-fault', fault)).toMatchObject([{ key: 'feed/alpaca', severity: 'CRITICAL', title: 'The feed of alpaca is down' }]);
  });
  it('tells what people told risk, changes of models, and messages that nobody can read', () => {
    const command = { type: 'Resume', id: 'c', accountId, actor: 'ann', reason: 'checked', at };
    expect(told('risk-command', command)).toMatchObject([{ title: 'Resume asked for paper-1 by ann' }]);
    expect(told('risk-command', { ...command, type: 'Halt' })).toEqual([]);
    const stage = { model: 'm', version: '1', previous: 'SHADOW', stage: 'CHAMPION', actor: 'ann', reason: 'better' };
    expect(told('model-stage', stage)).toMatchObject([{ title: 'Model m@1: SHADOW to CHAMPION' }]);
    expect(told('undecodable', { bytesDigest: 'x', reason: 'MALFORMED' })).toMatchObject([{ key: 'unreadable', severity: 'CRITICAL' }]);
  });
  it('reads no other kinds', () => {
    expect(ALERTING_KINDS).not.toContain('bar');
    expect(told('bar', {})).toEqual([]);
  });
});
