import { price, quantity, symbolOf } from '@tradewind/vocabulary';
import type { Price } from '@tradewind/vocabulary';
import fc from 'fast-check';

import type { OrderIntent } from '../src/index.js';
import { bar, Desk, intent } from './fixtures.js';
import type { PaperVenueSettings } from '../src/index.js';

export const SPX = symbolOf('SPX');
export const NDX = symbolOf('NDX');
const flat = ['100', '100', '100', '100'] as const;
const CENT = 10_000_000n;

export const cents = (min: number, max: number): fc.Arbitrary<Price> =>
  fc.integer({ min, max }).map((value) => price((value / 100).toFixed(2)));

const anyBar = fc
  .tuple(
    cents(8000, 12_000),
    cents(8000, 12_000),
    fc.integer({ min: 0, max: 800 }),
    fc.integer({ min: 0, max: 800 }),
    fc.integer({ min: 0, max: 60 }),
  )
  .map(([open, close, up, down, volume]) => ({
    open,
    close,
    volume: quantity(String(volume)),
    high: ((open > close ? open : close) + BigInt(up) * CENT) as Price,
    low: ((open < close ? open : close) - BigInt(down) * CENT) as Price,
  }));

const trail = fc.oneof(
  cents(50, 1500).map((value) => ({ by: 'AMOUNT' as const, value })),
  fc.integer({ min: 1, max: 20 }).map((percent) => ({ by: 'RATIO' as const, value: price((percent / 100).toFixed(2)) })),
);
const resting = fc.constantFrom('DAY', 'GTC' as const);
const anyTime = fc.constantFrom('DAY', 'GTC', 'IOC', 'FOK', 'OPG', 'CLS' as const);
const at = cents(8000, 12_000);

/** Type, prices and time in force that go together. */
const shape: fc.Arbitrary<Partial<OrderIntent>> = fc.oneof(
  fc.record({ type: fc.constant('MARKET' as const), timeInForce: anyTime }),
  fc.record({ type: fc.constant('LIMIT' as const), timeInForce: anyTime, limitPrice: at }),
  fc.record({ type: fc.constant('STOP' as const), timeInForce: resting, stopPrice: at }),
  fc.record({ type: fc.constant('STOP_LIMIT' as const), timeInForce: resting, stopPrice: at, limitPrice: at }),
  fc.record({ type: fc.constant('TRAILING_STOP' as const), timeInForce: resting, trail }),
  fc.record({ type: fc.constant('TRAILING_STOP_LIMIT' as const), timeInForce: resting, trail, limitOffset: cents(0, 300) }),
);

const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

/** A sound intent of any kind: entries with or without a bracket, exits, some in groups; purchases first when `shorts` is not set. */
export const anyIntent = (shorts: boolean): fc.Arbitrary<Partial<OrderIntent>> =>
  fc
    .record({
      symbol: fc.constantFrom(SPX, NDX),
      enters: fc.boolean(),
      sells: fc.boolean(),
      shape,
      amount: fc.integer({ min: 1, max: 30 }),
      below: optional(cents(7000, 9500)),
      above: optional(cents(10_500, 13_000)),
      group: optional(fc.constantFrom('g1', 'g2')),
    })
    .map(({ symbol, enters, sells, shape: kind, amount, below, above, group }) => {
      const side = shorts ? (sells ? 'SELL' : 'BUY') : enters ? 'BUY' : 'SELL';
      const [stop, target] = side === 'BUY' ? [below, above] : [above, below];
      return {
        ...kind,
        symbol,
        side,
        quantity: quantity(String(amount)),
        purpose: enters ? 'signal:enter' : 'signal:exit',
        ...(group === undefined ? {} : { ocoGroup: group }),
        ...(enters && stop !== undefined ? { protectiveStop: stop } : {}),
        ...(enters && target !== undefined ? { takeProfit: target } : {}),
      };
    });

export const anyStep = (shorts: boolean) =>
  fc.record({
    bars: fc.array(fc.tuple(fc.constantFrom(SPX, NDX), anyBar), { maxLength: 2 }),
    intents: fc.array(anyIntent(shorts), { maxLength: 3 }),
    status: fc.constantFrom('ACTIVE', 'ACTIVE', 'ACTIVE', 'REDUCING', 'HALTED' as const),
  });
export type AnyStep = ReturnType<typeof anyStep> extends fc.Arbitrary<infer T> ? T : never;

/** A desk driven through the steps; `watch` sees it after the bars and after the intents of each. A group is placed in one step. */
export const drive = (
  steps: readonly AnyStep[],
  settings: Partial<PaperVenueSettings>,
  options: { readonly reversed?: boolean; readonly watch?: (desk: Desk) => void } = {},
): Desk => {
  const desk = new Desk(settings);
  let placed = 0;
  for (const step of steps) {
    const index = desk.step + 1;
    const bars = [...new Map(step.bars).entries()].map(([symbol, candle]) => ({
      ...bar(index, flat),
      ...candle,
      symbol,
      id: `bar/${symbol}/${index}`,
    }));
    desk.bars(options.reversed === true ? bars.reverse() : bars);
    options.watch?.(desk);
    desk.place(
      step.intents.map((changes) =>
        intent({
          ...changes,
          clientOrderId: `tw-p${(placed += 1)}`,
          ...(changes.ocoGroup === undefined ? {} : { ocoGroup: `${changes.ocoGroup}/${index}` }),
        }),
      ),
      step.status,
    );
    options.watch?.(desk);
  }
  return desk;
};
