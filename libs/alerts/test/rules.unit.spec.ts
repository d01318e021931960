import type { FactKind } from '@tradewind/audit';
import { accountIdOf, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { ALERTING_KINDS, signalsOf } from '../src/index.js';

const at = 5n as UnixNanos;
const told = (kind: FactKind, fact: unknown) =>
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
