import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  Aggressor as WireAggressor,
  type BookLevelMessage,
  BookSide as WireSide,
  type eventMap,
  type TickMessage,
} from '@tradewind/contracts';
import type { Aggressor, BookLevel, BookSide, Tick, TicksArrived } from '@tradewind/market';
import { formatDecimal, unreachable } from '@tradewind/vocabulary';

import { ContractError } from './contract-error.js';
import type { FactCodec } from './fact-codec.js';
import { readHeader, writeHeader } from './header.js';
import {
  enumCodec,
  readCount,
  readNanos,
  readOptionalText,
  readPositiveQuantity,
  readPrice,
  readPriceOrZero,
  readQuantity,
  readSymbol,
  readText,
} from './scalars.js';

type Init = NonNullable<MessageInitShape<(typeof eventMap)['market.ticks']>['ticks']>[number];
type Body = NonNullable<Init['event']>;
type Message<C> = Extract<TickMessage['event'], { case: C }>;

const aggressor = enumCodec<Aggressor, WireAggressor>({
  BUYER: WireAggressor.BUYER,
  SELLER: WireAggressor.SELLER,
  UNKNOWN: WireAggressor.UNSPECIFIED,
});
const side = enumCodec<BookSide, WireSide>({ BID: WireSide.BID, ASK: WireSide.ASK });

const writeLevel = (level: BookLevel): { price: string; quantity: string; orderCount: number } => ({
  price: formatDecimal(level.price),
  quantity: formatDecimal(level.quantity),
  orderCount: level.orders,
});

const writeBody = (tick: Tick): Body => {
  const origin = { symbol: tick.symbol, atNs: tick.at, sequence: BigInt(tick.sequence) };
  switch (tick.kind) {
    case 'trade': {
      const { price, quantity, conditions, venue } = tick;
      const what = { price: formatDecimal(price), quantity: formatDecimal(quantity), conditions: [...conditions], venue };
      return { case: 'trade', value: { ...origin, ...what, aggressor: aggressor.write(tick.aggressor) } };
    }
    case 'quote':
      return {
        case: 'quote',
        value: {
          ...origin,
          bidPrice: formatDecimal(tick.bidPrice),
          bidQuantity: formatDecimal(tick.bidQuantity),
          askPrice: formatDecimal(tick.askPrice),
          askQuantity: formatDecimal(tick.askQuantity),
          venue: tick.venue,
        },
      };
    case 'book-snapshot':
      return { case: 'bookSnapshot', value: { ...origin, bids: tick.bids.map(writeLevel), asks: tick.asks.map(writeLevel) } };
    case 'book-delta': {
      const changes = tick.changes.map((change) => ({
        side: side.write(change.side),
        price: formatDecimal(change.price),
        quantity: formatDecimal(change.quantity),
      }));
      return { case: 'bookDelta', value: { ...origin, changes, previousSequence: BigInt(tick.previousSequence) } };
    }
    default:
      return unreachable(tick);
  }
};

const readOrigin = (
  { symbol, atNs, sequence }: { symbol: string; atNs: bigint; sequence: bigint },
  at: string,
): Pick<Tick, 'symbol' | 'at' | 'sequence'> => ({
  symbol: readSymbol(symbol, `${at}.symbol`),
  at: readNanos(atNs, `${at}.at_ns`),
  sequence: readCount(sequence, `${at}.sequence`),
});

const readLevels = (levels: readonly BookLevelMessage[], field: string): readonly BookLevel[] =>
  levels.map((level, index) => ({
    price: readPrice(level.price, `${field}[${index}].price`),
    quantity: readPositiveQuantity(level.quantity, `${field}[${index}].quantity`),
    orders: level.orderCount,
  }));

const readTrade = ({ value }: Message<'trade'>, at: string): Tick => ({
  kind: 'trade',
  ...readOrigin(value, at),
  price: readPrice(value.price, `${at}.price`),
  quantity: readPositiveQuantity(value.quantity, `${at}.quantity`),
  aggressor: aggressor.read(value.aggressor, `${at}.aggressor`),
  conditions: value.conditions,
  venue: readOptionalText(value.venue, `${at}.venue`),
});

const readQuote = ({ value }: Message<'quote'>, at: string): Tick => ({
  kind: 'quote',
  ...readOrigin(value, at),
  bidPrice: readPriceOrZero(value.bidPrice, `${at}.bid_price`),
  bidQuantity: readQuantity(value.bidQuantity, `${at}.bid_quantity`),
  askPrice: readPriceOrZero(value.askPrice, `${at}.ask_price`),
  askQuantity: readQuantity(value.askQuantity, `${at}.ask_quantity`),
  venue: readOptionalText(value.venue, `${at}.venue`),
});

const readTick = ({ event }: TickMessage, at: string): Tick => {
  switch (event.case) {
    case 'trade':
      return readTrade(event, `${at}.trade`);
    case 'quote':
      return readQuote(event, `${at}.quote`);
    case 'bookSnapshot': {
      const field = `${at}.book_snapshot`;
      const { bids, asks } = event.value;
      return {
        kind: 'book-snapshot',
        ...readOrigin(event.value, field),
        bids: readLevels(bids, `${field}.bids`),
        asks: readLevels(asks, `${field}.asks`),
      };
    }
    case 'bookDelta': {
      const field = `${at}.book_delta`;
      const changes = event.value.changes.map((change, index) => ({
        side: side.read(change.side, `${field}.changes[${index}].side`),
        price: readPrice(change.price, `${field}.changes[${index}].price`),
        quantity: readQuantity(change.quantity, `${field}.changes[${index}].quantity`),
      }));
      return {
        kind: 'book-delta',
        ...readOrigin(event.value, field),
        changes,
        previousSequence: readCount(event.value.previousSequence, `${field}.previous_sequence`),
      };
    }
    case undefined:
      throw new ContractError('FIELD_INVALID', `${at}.event`, 'must be set');
    default:
      return unreachable(event);
  }
};

export const ticksCodec: FactCodec<TicksArrived, 'market.ticks'> = {
  write: (fact) => ({
    header: writeHeader(fact.header, false),
    chunk: fact.chunk,
    source: fact.source,
    simulated: fact.simulated,
    ticks: fact.ticks.map((tick) => ({ event: writeBody(tick) })),
  }),
  read: (message) => ({
    header: readHeader(message.header).header,
    chunk: message.chunk,
    source: readText(message.source, 'source'),
    simulated: message.simulated,
    ticks: message.ticks.map((tick, index) => readTick(tick, `ticks[${index}]`)),
  }),
};
