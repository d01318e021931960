import type { BookSide } from '../tick.js';
import { LobsterBook, type LobsterBookRow, type LobsterMessage } from '../formats/lobster.js';
import { type FlowParameters, spreadClassOf } from './flow-parameters.js';
import { fitHawkes, type FlowSeries, type HawkesFit } from './hawkes.js';

/** LOBSTER's unit of price in a tick of one cent. */
const UNITS_PER_TICK = 100;
const QUANTILES = 50;
/** Reaction times of 20 µs, half a millisecond, 20 ms and a second. */
const DECAYS = [50_000, 2_000, 50, 1] as const;
const SPREAD_CLASSES = [1, 5, 10, 15, 20, 25, 30] as const;
const NANOS_PER_SECOND = 1e9;

interface Marks {
  readonly improving: number[];
  readonly placing: number[];
  readonly improvements: number[];
  readonly placements: number[];
  readonly cancellations: number[];
  readonly limitSizes: number[];
  readonly takes: Take[];
  partial: number;
  readonly times: number[];
  readonly kinds: number[];
  orders: number;
  spreads: number;
  prices: number;
}

interface Take {
  readonly at: bigint;
  readonly side: BookSide;
  readonly best: number;
  readonly prices: Set<number>;
  quantity: number;
}

/** Values at the middles of `QUANTILES` equal shares. */
const quantilesOf = (values: readonly number[]): readonly number[] => {
  const sorted = Float64Array.from(values).sort();
  return Array.from({ length: QUANTILES }, (_, index) => sorted[Math.floor(((index + 0.5) / QUANTILES) * sorted.length)]!);
};

const rounded = (value: number, digits: number): number => Number(value.toPrecision(digits));

const sideBit = (side: BookSide): number => (side === 'BID' ? 0 : 1);

/** Measures one message against the book before it. */
const observe = (marks: Marks, message: LobsterMessage, book: LobsterBook['book'], seconds: number): void => {
  const { side } = message;
  const best = Math.round((side === 'BID' ? book.bestBid : book.bestAsk) * 10_000);
  const spread = Math.round(book.spread * 100);
  const distance = ((side === 'BID' ? best - message.price : message.price - best) / UNITS_PER_TICK) | 0;
  const event = (kind: number): void => {
    marks.times.push(seconds);
    marks.kinds.push(kind + sideBit(side));
  };
  marks.orders += book.orderCount / 2;
  marks.spreads += spread;
  marks.prices += best / UNITS_PER_TICK;
  switch (message.kind) {
    case 'ADD': {
      const spreadClass = spreadClassOf(spread, SPREAD_CLASSES);
      marks.placing[spreadClass]! += 1;
      if (distance < 0) {
        marks.improving[spreadClass]! += 1;
        marks.improvements.push(-distance / spread);
      } else marks.placements.push(distance);
      marks.limitSizes.push(message.quantity);
      event(0);
      return;
    }
    case 'REDUCE':
    case 'DELETE':
      marks.cancellations.push(Math.max(0, distance));
      if (message.kind === 'REDUCE') marks.partial += 1;
      event(2);
      return;
    case 'EXECUTE': {
      // One market order that meets several orders is told as so many messages of one instant.
      let take = marks.takes.at(-1);
      if (take === undefined || take.at !== message.at || take.side !== side) {
        take = { at: message.at, side, best: side === 'BID' ? book.bestBidSize : book.bestAskSize, prices: new Set(), quantity: 0 };
        marks.takes.push(take);
        event(4);
      }
      take.quantity += message.quantity;
      take.prices.add(message.price);
      return;
    }
    case 'EXECUTE_HIDDEN':
    case 'HALT':
      return;
  }
};

export interface Calibration {
  readonly parameters: FlowParameters;
  readonly fit: HawkesFit;
  readonly series: FlowSeries;
}

/**
 * Fits the order flow to LOBSTER messages: the Hawkes process to the times of limit orders, cancellations and market orders of both sides, and tables to
 * where and how large they are. `first` is the book after the first message. Executions of hidden orders are left out: the venue has none.
 */
export const calibrateFlow = (messages: readonly LobsterMessage[], first: LobsterBookRow): Calibration => {
  const start = messages[0]!.at;
  const marks: Marks = {
    improving: new Array<number>(SPREAD_CLASSES.length + 1).fill(0),
    placing: new Array<number>(SPREAD_CLASSES.length + 1).fill(0),
    improvements: [],
    placements: [],
    cancellations: [],
    limitSizes: [],
    takes: [],
    partial: 0,
    times: [],
    kinds: [],
    orders: 0,
    spreads: 0,
    prices: 0,
  };
  const replay = new LobsterBook();
  replay.seed(first);
  const rest = messages.slice(1);
  for (const message of rest) {
    observe(marks, message, replay.book, Number(message.at - start) / NANOS_PER_SECOND);
    replay.apply(message);
  }
  const series: FlowSeries = {
    times: Float64Array.from(marks.times),
    kinds: Uint8Array.from(marks.kinds),
    span: Number(messages.at(-1)!.at - start) / NANOS_PER_SECOND,
  };
  const fit = fitHawkes(series, DECAYS);
  const large = marks.takes.filter(({ quantity, best }) => quantity >= best);
  const { decays, base, branching } = fit.parameters;
  const parameters: FlowParameters = {
    hawkes: {
      decays,
      base: base.map((rate) => rounded(rate, 3)),
      branching: branching.map((row) => row.map((scales) => scales.map((value) => (value < 1e-3 ? 0 : rounded(value, 3))))),
    },
    referencePrice: Math.round(marks.prices / rest.length),
    meanSpread: rounded(marks.spreads / rest.length, 3),
    spreadClasses: SPREAD_CLASSES,
    improvingShare: marks.improving.map((count, index) => (marks.placing[index] === 0 ? 0 : rounded(count / marks.placing[index]!, 3))),
    improvements: quantilesOf(marks.improvements).map((part) => rounded(part, 2)),
    placements: quantilesOf(marks.placements),
    cancellations: quantilesOf(marks.cancellations),
    partialShare: rounded(marks.partial / marks.cancellations.length, 2),
    limitSizes: quantilesOf(marks.limitSizes),
    takeSizes: quantilesOf(marks.takes.map(({ quantity }) => quantity)),
    walkingShare: rounded(large.filter(({ prices }) => prices.size > 1).length / large.length, 2),
    ordersPerSide: Math.round(marks.orders / rest.length),
  };
  return { parameters, fit, series };
};
