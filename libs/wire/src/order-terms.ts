import { OrderType as WireType, TimeInForce as WireTimeInForce, TrailBy, type TrailMessage } from '@tradewind/contracts';
import type { OrderTerms, OrderType, TimeInForce, Trail, VenueOrderChange } from '@tradewind/venue';
import { formatDecimal, type Price } from '@tradewind/vocabulary';

import { ContractError } from './contract-error.js';
import { enumCodec, readPositiveQuantity, readPrice } from './scalars.js';

export const orderType = enumCodec<OrderType, WireType>({
  MARKET: WireType.MARKET,
  LIMIT: WireType.LIMIT,
  STOP: WireType.STOP,
  STOP_LIMIT: WireType.STOP_LIMIT,
  TRAILING_STOP: WireType.TRAILING_STOP,
  TRAILING_STOP_LIMIT: WireType.TRAILING_STOP_LIMIT,
});
export const timeInForce = enumCodec<TimeInForce, WireTimeInForce>({
  DAY: WireTimeInForce.DAY,
  GTC: WireTimeInForce.GTC,
  IOC: WireTimeInForce.IOC,
  FOK: WireTimeInForce.FOK,
  OPG: WireTimeInForce.OPG,
  CLS: WireTimeInForce.CLS,
});
const trailBy = enumCodec<Trail['by'], TrailBy>({ AMOUNT: TrailBy.AMOUNT, RATIO: TrailBy.RATIO });
const ONE = 1_000_000_000n;

const writeTrail = (trail: Trail) => ({ by: trailBy.write(trail.by), value: formatDecimal(trail.value) });

const readTrail = (message: TrailMessage, at: string): Trail => {
  const by = trailBy.read(message.by, `${at}.by`);
  const value = readPrice(message.value, `${at}.value`);
  if (by === 'RATIO' && value >= ONE) throw new ContractError('FIELD_INVALID', `${at}.value`, `must be below 1, was ${message.value}`);
  return { by, value };
};

interface PricesMessage {
  readonly limitPrice?: string | undefined;
  readonly stopPrice?: string | undefined;
  readonly trail?: TrailMessage | undefined;
}
type Prices = Pick<OrderTerms, 'limitPrice' | 'stopPrice' | 'trail'>;

/** The prices that are set. */
export const writePrices = ({ limitPrice, stopPrice, trail }: Prices) => ({
  ...(limitPrice === undefined ? {} : { limitPrice: formatDecimal(limitPrice) }),
  ...(stopPrice === undefined ? {} : { stopPrice: formatDecimal(stopPrice) }),
  ...(trail === undefined ? {} : { trail: writeTrail(trail) }),
});

/** The prices that are set, each above zero. */
export const readPrices = (message: PricesMessage, at: string): Prices => ({
  ...(message.limitPrice === undefined ? {} : { limitPrice: readPrice(message.limitPrice, `${at}.limit_price`) }),
  ...(message.stopPrice === undefined ? {} : { stopPrice: readPrice(message.stopPrice, `${at}.stop_price`) }),
  ...(message.trail === undefined ? {} : { trail: readTrail(message.trail, `${at}.trail`) }),
});

const WANTED: Readonly<Record<OrderType, readonly (keyof Prices)[]>> = {
  MARKET: [],
  LIMIT: ['limitPrice'],
  STOP: ['stopPrice'],
  STOP_LIMIT: ['limitPrice', 'stopPrice'],
  TRAILING_STOP: ['trail'],
  TRAILING_STOP_LIMIT: ['trail'],
};
const FIELD: Readonly<Record<keyof Prices, string>> = { limitPrice: 'limit_price', stopPrice: 'stop_price', trail: 'trail' };

/** The terms again, when they have the prices that their type can't do without. */
export const requirePrices = <T extends Prices & { readonly type: OrderType; readonly limitOffset?: Price }>(terms: T, at: string): T => {
  for (const name of WANTED[terms.type]) {
    if (terms[name] === undefined) throw new ContractError('FIELD_INVALID', `${at}.${FIELD[name]}`, `must be set on ${terms.type}`);
  }
  if (terms.type === 'TRAILING_STOP_LIMIT' && terms.limitOffset === undefined)
    throw new ContractError('FIELD_INVALID', `${at}.limit_offset`, `must be set on ${terms.type}`);
  return terms;
};

interface TermsMessage extends PricesMessage {
  readonly type: WireType;
  readonly quantity: string;
  readonly limitOffset?: string | undefined;
}

export const writeTerms = (terms: OrderTerms) => ({
  type: orderType.write(terms.type),
  quantity: formatDecimal(terms.quantity),
  ...writePrices(terms),
  ...(terms.limitOffset === undefined ? {} : { limitOffset: formatDecimal(terms.limitOffset) }),
});

export const readTerms = (message: TermsMessage, at: string): OrderTerms =>
  requirePrices(
    {
      type: orderType.read(message.type, `${at}.type`),
      quantity: readPositiveQuantity(message.quantity, `${at}.quantity`),
      ...readPrices(message, at),
      ...(message.limitOffset === undefined ? {} : { limitOffset: readPrice(message.limitOffset, `${at}.limit_offset`) }),
    },
    at,
  );

export const writeChange = (change: VenueOrderChange) => ({
  ...(change.quantity === undefined ? {} : { quantity: formatDecimal(change.quantity) }),
  ...writePrices(change),
});

export const readChange = (message: PricesMessage & { readonly quantity?: string | undefined }, at: string): VenueOrderChange => ({
  ...(message.quantity === undefined ? {} : { quantity: readPositiveQuantity(message.quantity, `${at}.quantity`) }),
  ...readPrices(message, at),
});
