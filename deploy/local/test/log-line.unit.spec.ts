import { describe, expect, it } from 'vitest';
import { formatLogLine, isAtLeast, parseLogLine } from '../src/log-line.js';

const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const line = (record: object): string => formatLogLine(parseLogLine('orders', JSON.stringify(record), 'stdout', 0), false);

describe('a readable log line', () => {
  it('has time, process, level, message and the fields that say something', () => {
    expect(
      line({ level: 30, time: at, pid: 7, hostname: 'h', name: 'orders', msg: 'filled', symbol: 'SPY', price: 101.5, note: 'two words' }),
    ).toBe('03:04:05.678 orders       INFO  filled symbol=SPY price=101.5 note="two words"');
  });

  it('accepts level names and ISO times', () => {
    expect(line({ level: 'warn', time: new Date(at).toISOString(), msg: 'late' })).toBe('03:04:05.678 orders       WARN  late');
  });

  it("names an error and shows its stack, but only an error's", () => {
    const err = {
      type: 'ContractError',
      message: 'price is negative',
      stack: 'ContractError: price is negative\n    at decode (wire.js:3:1)',
    };
    expect(line({ level: 50, time: at, msg: 'refused', err })).toBe(
      '03:04:05.678 orders       ERROR refused err="ContractError: price is negative"\n    at decode (wire.js:3:1)',
    );
    expect(line({ level: 40, time: at, msg: 'refused', err })).not.toContain('wire.js');
  });

  it('passes on what is no JSON, as a warning when it came on stderr', () => {
    expect(parseLogLine('risk', 'Segmentation fault', 'stderr', at)).toMatchObject({
      level: 'warn',
      message: 'Segmentation fault',
      time: at,
    });
    expect(parseLogLine('risk', '{ not json', 'stdout', at)).toMatchObject({ level: 'info', message: '{ not json' });
  });

  it('has levels in order', () => {
    expect(isAtLeast('error', 'warn')).toBe(true);
    expect(isAtLeast('debug', 'info')).toBe(false);
  });
});
