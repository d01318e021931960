import type { Bar, BarsClosed, Quote, Tick, TicksArrived, Trade } from '@tradewind/market';
import { chunkOf } from '@tradewind/market';
import { price, quantity, toNumber } from '@tradewind/vocabulary';

import type { StepInputs } from './market.js';

const HOUR_NANOS = 3_600_000_000_000n;
const POINTS = 12;
const CHUNKS = 3;
const HALF_SPREAD = 0.05;

/** A day of quotes, every other one followed by a trade, from the bar's open over its low and high to its close. Small sizes: orders fill bit by bit. */
const dayOf = (bar: Bar): readonly Tick[] => {
  const path = [bar.open, bar.low, bar.high, bar.close].map(toNumber);
  return Array.from({ length: POINTS }, (_, index) => {
    const leg = (index * (path.length - 1)) / (POINTS - 1);
    const from = Math.min(Math.floor(leg), path.length - 2);
    const middle = path[from]! + (path[from + 1]! - path[from]!) * (leg - from);
    const origin = {
      symbol: bar.symbol,
      at: (bar.closeTime - HOUR_NANOS * BigInt(POINTS - index)) as Bar['closeTime'],
      sequence: index,
      venue: '',
    };
    const size = quantity(String(3 + (index % 4)));
    const quote: Quote = {
      ...origin,
      kind: 'quote',
      bidPrice: price((middle - HALF_SPREAD).toFixed(2)),
      bidQuantity: size,
      askPrice: price((middle + HALF_SPREAD).toFixed(2)),
      askQuantity: size,
    };
    const trade: Trade = { ...origin, kind: 'trade', price: quote.bidPrice, quantity: size, aggressor: 'SELLER', conditions: [] };
    return index % 2 === 0 ? [quote] : [quote, trade];
  }).flat();
};

const chunksOf = ({ header: { run, step, partition }, bars }: BarsClosed): readonly TicksArrived[] => {
  const ticks = bars.flatMap(dayOf).sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
  const size = Math.ceil(ticks.length / CHUNKS);
  return Array.from({ length: Math.ceil(ticks.length / Math.max(1, size)) }, (_, chunk) =>
    chunkOf({ run, step, partition, chunk }, ticks.slice(chunk * size, (chunk + 1) * size), { source: 'test', simulated: true }),
  );
};

/** The same steps with ticks inside their days, which their bars name. Every third step has none, so that both ways of matching take turns. */
export const withTicks = (inputs: readonly StepInputs[]): readonly StepInputs[] =>
  inputs.map((input, index) => {
    if (index % 3 === 2) return input;
    const chunks = input.bars.map(chunksOf);
    const bars = input.bars.map((closed, partition) => ({
      ...closed,
      header: { ...closed.header, causes: chunks[partition]!.map(({ header }) => header.id) },
    }));
    return { ...input, bars, ticks: chunks.flat() };
  });
