import { describe, expect, it } from 'vitest';

import { seededRandom } from '@tradewind/testkit';
import { price, quantity } from '@tradewind/vocabulary';

import { decodeMessage } from '../src/decode.js';
import { executionTime } from '../src/execution-time.js';
import { TwsError } from '../src/index.js';

/** One message of each kind at version 178 as TWS writes it. */
const fields = (text: string): readonly string[] => text.split('|');
const CONTRACT = fields('265598|AAPL|STK||0|?||SMART|USD|AAPL|NMS');
const TERMS = [...CONTRACT, ...fields('BUY|100|LMT|165.5|0.0|DAY|pair|DU1234567||0|ours-1')];
const ALLOCATION = fields('||||||||0||-1');
const HEDGED = fields('|0|None|');
const OPEN_ORDER = [
  ...fields('5|7'),
  ...TERMS,
  ...fields('3|1700000001|1|0|0||'),
  ...ALLOCATION,
  ...fields('0|||||||0|0|0||2|0|0||0|0'),
  ...HEDGED,
  ...fields('0||||?|0|0||0|||||||0|0|0|||||0||IB|0|0||0|0|PreSubmitted'),
  ...Array.from({ length: 13 }, () => '1.7976931348623157E308'),
  ...fields('|0|0|0|None|||'),
];
const COMPLETED = [
  ...fields('101'),
  ...TERMS,
  ...fields('1700000001|0|0|0|'),
  ...ALLOCATION,
  ...fields('||||||0|0||2|0'),
  ...HEDGED,
  ...fields('0|0|0||0|||||0|0|0||||||IB|0|0||0|Cancelled|0|0|0||||0|0||40|0|0||0|0|0|20240308 10:30:00 US/Eastern|Cancelled by Trader'),
];
const STATUS = fields('3|7|Submitted|40|60|165.25|1700000001|0|165.25|3||0');
const EXECUTION = [
  ...fields('11|-1|7'),
  ...CONTRACT,
  ...fields('0000e0d5.65e5.01.01|20240308 10:30:00 US/Eastern|DU1234567|ISLAND|BOT|40|165.25|1700000001|3|0|40|165.25|ours-1||||2|0'),
];
const COMMISSION = fields('59|1|0000e0d5.65e5.01.01|1.0|USD|1.7976931348623157E308||0');
const POSITION = [...fields('61|3|DU1234567'), ...CONTRACT, ...fields('-40|165.2512345678901')];
const PORTFOLIO = [...fields('7|8'), ...CONTRACT, ...fields('40|166.5|6660|165.25|50|0|DU1234567')];
const VALUE = fields('6|2|CashBalance|100000.00|USD|DU1234567');

const read = (message: readonly string[]): unknown => decodeMessage(message).message;

describe('messages about orders', () => {
  it('show an open order with its terms, ids and reference', () => {
    expect(read(OPEN_ORDER)).toMatchObject({
      kind: 'open-order',
      order: {
        orderId: 7,
        clientId: 3,
        permId: 1_700_000_001,
        contract: { conId: 265598, symbol: 'AAPL', secType: 'STK', currency: 'USD', localSymbol: 'AAPL' },
        action: 'BUY',
        quantity: quantity('100'),
        orderType: 'LMT',
        limitPrice: price('165.5'),
        auxPrice: undefined,
        trailStopPrice: undefined,
        trailingPercent: undefined,
        timeInForce: 'DAY',
        ocaGroup: 'pair',
        account: 'DU1234567',
        orderRef: 'ours-1',
        outsideRegularHours: true,
        status: 'PreSubmitted',
      },
    });
  });

  it('show an ended order with what it filled, when it ended and why', () => {
    expect(read(COMPLETED)).toMatchObject({
      kind: 'completed-order',
      order: {
        permId: 1_700_000_001,
        orderRef: 'ours-1',
        status: 'Cancelled',
        filledQuantity: quantity('40'),
        completedAt: 1_709_911_800_000_000_000n,
        completedStatus: 'Cancelled by Trader',
      },
    });
  });

  it('read the terms behind hedges, combos, scales, algorithms and conditions that other programs gave an order', () => {
    const at = OPEN_ORDER.indexOf('None');
    const withoutHedge = OPEN_ORDER.toSpliced(at, 10, '', '');
    expect(read(withoutHedge)).toMatchObject({ order: { status: 'PreSubmitted' } });
    const status = OPEN_ORDER.indexOf('PreSubmitted');
    const conditions = status + 17;
    const conditional = OPEN_ORDER.toSpliced(
      conditions,
      1,
      '2',
      '1',
      'a',
      '1',
      '170',
      '265598',
      'SMART',
      '0',
      '3',
      'o',
      '1',
      '20240309',
      '0',
      '1',
    );
    expect(read(conditional.with(conditional.length - 2, '163'))).toMatchObject({ order: { trailStopPrice: price('163') } });
    const algorithm = OPEN_ORDER.toSpliced(status - 3, 1, 'Adaptive', '1', 'priority', 'Normal');
    expect(read(algorithm)).toMatchObject({ order: { status: 'PreSubmitted' } });
  });

  it('tell a status, an execution, its commission, a position, its value and money, to the last digit', () => {
    expect(read(STATUS)).toMatchObject({
      report: { orderId: 7, clientId: 3, status: 'Submitted', filled: quantity('40'), averagePrice: price('165.25') },
    });
    expect(read(EXECUTION)).toMatchObject({
      execution: {
        executionId: '0000e0d5.65e5.01.01',
        side: 'BUY',
        quantity: quantity('40'),
        orderRef: 'ours-1',
        at: 1_709_911_800_000_000_000n,
      },
    });
    expect(read(COMMISSION)).toEqual({
      kind: 'commission',
      executionId: '0000e0d5.65e5.01.01',
      commission: 1_000_000_000n,
      currency: 'USD',
    });
    expect(read(POSITION)).toMatchObject({ quantity: quantity('-40'), averageCost: price('165.251234568') });
    expect(read(PORTFOLIO)).toMatchObject({ quantity: quantity('40'), marketPrice: price('166.5'), account: 'DU1234567' });
    expect(read(VALUE)).toEqual({ kind: 'account-value', key: 'CashBalance', value: '100000.00', currency: 'USD', account: 'DU1234567' });
  });

  it('take what was never set for nothing, however TWS writes that, and an end whose time can not be read for an end', () => {
    const filled = COMPLETED.indexOf('40');
    for (const unset of ['', '2147483647', '170141183460469231731687303715884105727', '1.7976931348623157E308'])
      expect(read(COMPLETED.with(filled, unset))).toMatchObject({ order: { filledQuantity: 0n } });
    expect(read(PORTFOLIO.with(14, '1.7976931348623157E308'))).toMatchObject({ marketPrice: 0n });
    for (const time of ['', 'now', '20240308 10:30:00', '20240308 10:30:00 Mars/Base'])
      expect(read(COMPLETED.with(filled + 7, time))).toMatchObject({
        order: { completedAt: undefined, completedStatus: 'Cancelled by Trader' },
      });
  });

  it('are passed over at a version whose layouts differ', () => {
    for (const message of [OPEN_ORDER, COMPLETED, STATUS, EXECUTION])
      expect(decodeMessage(message, 177).message).toMatchObject({ kind: 'other' });
  });
});

describe('every field of a message about orders', () => {
  /** Message, place of the field, its name, values that break its rule. */
  const rules: readonly (readonly [readonly string[], number, string, readonly string[]])[] = [
    [OPEN_ORDER, 1, 'openOrder.order id', ['', 'x', '1.5', '1e99']],
    [OPEN_ORDER, 2, 'openOrder.contract id', ['', 'x']],
    [OPEN_ORDER, 13, 'openOrder.action', ['', 'HOLD', 'buy']],
    [OPEN_ORDER, 14, 'openOrder.total quantity', ['-1', 'many', 'NaN', '1.0000000001']],
    [OPEN_ORDER, 16, 'openOrder.limit price', ['-5', 'NaN', 'Infinity', '1e400']],
    [OPEN_ORDER, 17, 'openOrder.aux price', ['-5', 'x']],
    [OPEN_ORDER, 24, 'openOrder.client id', ['', 'x']],
    [OPEN_ORDER, 25, 'openOrder.permanent id', ['', '-1', 'x', '1.5']],
    [OPEN_ORDER, 26, 'openOrder.outside regular hours', ['yes', '2']],
    [OPEN_ORDER, OPEN_ORDER.indexOf('PreSubmitted'), 'openOrder.status', ['', 'Submitting']],
    [COMPLETED, COMPLETED.indexOf('40'), 'completedOrder.filled quantity', ['-1', 'x']],
    [STATUS, 2, 'orderStatus.status', ['', 'Nonsense']],
    [STATUS, 3, 'orderStatus.filled', ['-1', 'x']],
    [STATUS, 4, 'orderStatus.remaining', ['-1', 'x']],
    [STATUS, 5, 'orderStatus.average fill price', ['-1', 'x']],
    [STATUS, 6, 'orderStatus.permanent id', ['-1', 'x']],
    [STATUS, 9, 'orderStatus.client id', ['', 'x']],
    [EXECUTION, 1, 'execDetails.request id', ['', 'x']],
    [EXECUTION, 14, 'execDetails.execution id', ['', 'a b', 'x'.repeat(65)]],
    [EXECUTION, 15, 'execDetails.time', ['', '1709911800', '20240308 25:00:00 US/Eastern']],
    [EXECUTION, 18, 'execDetails.side', ['', 'BUY']],
    [EXECUTION, 19, 'execDetails.shares', ['-1', 'x']],
    [EXECUTION, 20, 'execDetails.price', ['0', '-1', 'x']],
    [EXECUTION, 21, 'execDetails.permanent id', ['-1', 'x']],
    [COMMISSION, 2, 'commissionReport.execution id', ['', 'a b']],
    [COMMISSION, 3, 'commissionReport.commission', ['', 'x', '1.7976931348623157E308']],
    [COMMISSION, 4, 'commissionReport.currency', ['', 'dollars']],
    [POSITION, 14, 'position.position', ['x']],
    [POSITION, 15, 'position.average cost', ['-1', 'x']],
    [PORTFOLIO, 13, 'updatePortfolio.position', ['x']],
    [PORTFOLIO, 14, 'updatePortfolio.market price', ['-1', 'x']],
  ];

  it.each(rules)('%# is refused by name when it breaks its rule', (message178, at, name, values) => {
    for (const value of values) {
      const { fault, message } = decodeMessage(message178.with(at, value));
      expect([message, value]).toEqual([undefined, value]);
      expect(fault).toBeInstanceOf(TwsError);
      expect((fault as TwsError).details).toMatchObject({ field: name, rule: expect.any(String) as string });
    }
  });

  it('is missed by name when the message ends before it', () => {
    const read178 = {
      openOrder: OPEN_ORDER,
      completedOrder: COMPLETED,
      orderStatus: STATUS.slice(0, 11),
      execDetails: EXECUTION.slice(0, 27),
      commissionReport: COMMISSION.slice(0, 5),
    };
    for (const [name, whole] of Object.entries(read178)) {
      for (let length = 1; length < whole.length; length += 1) {
        const { fault, message } = decodeMessage(whole.slice(0, length));
        expect(message).toBeUndefined();
        expect((fault as TwsError).details.field).toMatch(new RegExp(`^${name}\\.`));
      }
    }
  });

  it('is read or refused and never throws, whatever it holds: 30,000 messages at random', () => {
    const seeded = seededRandom(178);
    const random = (): number => seeded.next();
    const junk = ['', '-1', '0', 'x', '1.7976931348623157E308', 'NaN', '999999999999999999999', '\u0000', '1e99', 'Ω', '-', '2147483647'];
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
    const messages = [OPEN_ORDER, COMPLETED, STATUS, EXECUTION, COMMISSION, POSITION, PORTFOLIO, VALUE];
    for (let round = 0; round < 30_000; round += 1) {
      let changed = pick(messages);
      for (let change = 0; change <= random() * 3; change += 1)
        changed = changed.with(1 + Math.floor(random() * (changed.length - 1)), pick(junk));
      if (random() < 0.2) changed = changed.slice(0, 1 + Math.floor(random() * changed.length));
      const { message, fault } = decodeMessage(changed);
      if (message === undefined) {
        expect(fault).toBeInstanceOf(TwsError);
        expect((fault as TwsError).details.field).toBeTruthy();
      }
    }
  });
});

describe('times of executions', () => {
  it.each([
    ['20240308 10:30:00 US/Eastern', '2024-03-08T15:30:00Z'],
    ['20240308  10:30:00 America/New_York', '2024-03-08T15:30:00Z'],
    ['20240708 10:30:00 US/Eastern', '2024-07-08T14:30:00Z'],
    ['20240308-15:30:00', '2024-03-08T15:30:00Z'],
    ['20240308 15:30:00 UTC', '2024-03-08T15:30:00Z'],
    ['20241103 01:30:00 US/Eastern', '2024-11-03T05:30:00Z'],
    ['20240310 03:00:00 US/Eastern', '2024-03-10T07:00:00Z'],
    ['20240308 15:30:00 Europe/London', '2024-03-08T15:30:00Z'],
  ])('%s is %s', (text, instant) => {
    expect(executionTime(text)).toBe(BigInt(Date.parse(instant)) * 1_000_000n);
  });
});
