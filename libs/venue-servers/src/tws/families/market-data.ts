import { formatDecimal, type Price, type Quantity, ZERO_QUANTITY, add } from '@tradewind/vocabulary';

import { readContract } from '../contract.js';
import type { TwsInstrument } from '../instrument.js';
import type { TwsQuote, TwsTrade } from '../market-events.js';
import { REQUEST, RESPONSE } from '../message-ids.js';
import { RequestRefused } from '../request-fields.js';
import type { MessageFamily, Session } from '../session.js';
import { secondsOf } from '../time-text.js';

const RT_VOLUME_REQUEST = '233';
const LIVE = { bid: 1, ask: 2, last: 4, bidSize: 0, askSize: 3, lastSize: 5, volume: 8, lastTime: 45, realTimeVolume: 48 };
const DELAYED = { bid: 66, ask: 67, last: 68, bidSize: 69, askSize: 70, lastSize: 71, volume: 74, lastTime: 88, realTimeVolume: undefined };
const HALTED = 49;

/** Sends the ticks of one subscription to market data, live or delayed. */
class MarketDataStream {
  readonly #types: typeof LIVE | typeof DELAYED;
  #volume: Quantity = ZERO_QUANTITY;
  #turnover = 0n;
  #quote: TwsQuote | undefined;

  constructor(
    private readonly session: Session,
    private readonly requestId: number,
    private readonly generics: readonly string[],
    private readonly delayed: boolean,
  ) {
    this.#types = delayed ? DELAYED : LIVE;
  }

  begin(instrument: TwsInstrument): void {
    const { session, requestId } = this;
    session.send(RESPONSE.marketDataType, 1, requestId, this.delayed ? 3 : 1);
    session.send(RESPONSE.tickRequestParameters, requestId, formatDecimal(instrument.contract.minTick), '9c0001', 3);
    const lastQuote = instrument.quotes().at(-1);
    const lastTrade = instrument.trades().at(-1);
    if (lastQuote !== undefined) this.quote(lastQuote);
    for (const earlier of instrument.trades().slice(0, -1)) this.#count(earlier);
    if (lastTrade !== undefined) this.trade(lastTrade);
    session.send(RESPONSE.tickGeneric, 6, requestId, HALTED, 0);
  }

  quote(quote: TwsQuote): void {
    const last = this.#quote;
    this.#side(this.#types.bid, this.#types.bidSize, quote.bidPrice, quote.bidQuantity, last?.bidPrice, last?.bidQuantity);
    this.#side(this.#types.ask, this.#types.askSize, quote.askPrice, quote.askQuantity, last?.askPrice, last?.askQuantity);
    this.#quote = quote;
  }

  trade(trade: TwsTrade): void {
    const { last, volume, lastTime, realTimeVolume } = this.#types;
    this.#count(trade);
    this.session.publish(RESPONSE.tickString, 6, this.requestId, lastTime, String(secondsOf(trade.at)));
    this.session.publish(RESPONSE.tickPrice, 6, this.requestId, last, formatDecimal(trade.price), formatDecimal(trade.quantity), 0);
    this.session.publish(RESPONSE.tickSize, 6, this.requestId, this.#types.lastSize, formatDecimal(trade.quantity));
    this.session.publish(RESPONSE.tickSize, 6, this.requestId, volume, formatDecimal(this.#volume));
    if (realTimeVolume !== undefined && this.generics.includes(RT_VOLUME_REQUEST)) {
      this.session.publish(RESPONSE.tickString, 6, this.requestId, realTimeVolume, this.#realTimeVolume(trade));
    }
  }

  generic(tickType: number, value: string): void {
    this.session.publish(RESPONSE.tickGeneric, 6, this.requestId, tickType, value);
  }

  #count(trade: TwsTrade): void {
    this.#volume = add(this.#volume, trade.quantity);
    this.#turnover += trade.price * trade.quantity;
  }

  /** Price, size, time in ms, volume of the day, average price and whether one maker filled it. */
  #realTimeVolume(trade: TwsTrade): string {
    const average = formatDecimal((this.#volume === ZERO_QUANTITY ? trade.price : this.#turnover / this.#volume) as Price);
    const time = trade.at / 1_000_000n;
    return [formatDecimal(trade.price), formatDecimal(trade.quantity), time, formatDecimal(this.#volume), average, 'true'].join(';');
  }

  /** A new price brings its size along and is followed by the size alone, as TWS does; else only what changed is sent. */
  #side(type: number, sizeType: number, price: Price, size: Quantity, lastPrice: Price | undefined, lastSize: Quantity | undefined): void {
    if (price !== lastPrice) {
      // A side without an offer is sent as -1.
      const text = price === 0n ? '-1' : formatDecimal(price);
      this.session.publish(RESPONSE.tickPrice, 6, this.requestId, type, text, formatDecimal(size), 1);
    }
    if (price !== lastPrice || size !== lastSize) this.session.publish(RESPONSE.tickSize, 6, this.requestId, sizeType, formatDecimal(size));
  }
}

const allowed = (session: Session, instrument: TwsInstrument, requestId: number): { readonly delayed: boolean } => {
  if (instrument.subscribed) return { delayed: false };
  if (session.marketDataType < 3)
    throw new RequestRefused(354, 'Requested market data is not subscribed.Delayed market data is available.');
  session.error(requestId, 10167, 'Requested market data is not subscribed. Displaying delayed market data.');
  return { delayed: true };
};

export const marketDataFamily: MessageFamily = [
  {
    id: REQUEST.marketData,
    versioned: true,
    numbered: true,
    handle: (session, fields, requestId) => {
      const contract = readContract(fields);
      if (fields.flag('deltaNeutral'))
        throw new RequestRefused(321, "Error validating request.-'bG' : cause - No delta neutral contracts here");
      const generics = fields.text('genericTickList').split(',');
      const snapshot = fields.flag('snapshot');
      const instrument = session.instrumentOf(contract);
      const { delayed } = allowed(session, instrument, requestId);
      const stream = new MarketDataStream(session, requestId, generics, delayed);
      if (snapshot) {
        stream.begin(instrument);
        session.send(RESPONSE.tickSnapshotEnd, 1, requestId);
        return;
      }
      if (session.countOf('marketData') >= session.host.limits.marketDataMax)
        throw new RequestRefused(101, 'Max number of tickers has been reached');
      session.subscribe('marketData', requestId, instrument, stream);
      stream.begin(instrument);
    },
  },
  {
    id: REQUEST.cancelMarketData,
    versioned: true,
    numbered: true,
    handle: (session, _fields, requestId) => {
      if (!session.cancel('marketData', requestId)) throw new RequestRefused(300, `Can't find EId with tickerId:${requestId}`);
    },
  },
];
