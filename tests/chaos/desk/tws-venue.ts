import { INSTRUMENTS } from '@tradewind/market';
import { twsContract, TwsServer } from '@tradewind/venue-servers';
import { formatDecimal, money, nanosFromMillis, quantity, symbolOf } from '@tradewind/vocabulary';

import type { Rehearsal, RehearsedVenue, VenueBooks } from './rehearsed-venue.js';
import { SYMBOLS } from './tape.js';

const ACCOUNT = 'DU1234567';
const FIRST_CONTRACT = 100_000;
const LATE_MS = 2_500;
const PRIMARY: Readonly<Record<string, string>> = { XNAS: 'NASDAQ', XNYS: 'NYSE', ARCX: 'ARCA' };
/** The id of an execution without the number of its correction. */
const CORRECTION = /\.\d{2}$/;

class TwsVenue implements RehearsedVenue {
  #skipped = 0;
  readonly #server = new TwsServer({
    contracts: INSTRUMENTS.filter(({ symbol }) => SYMBOLS.includes(symbolOf(symbol))).map(({ symbol, exchange }, index) =>
      twsContract({ conId: FIRST_CONTRACT + index, symbol, primaryExchange: PRIMARY[exchange] ?? exchange }),
    ),
    clock: { now: () => nanosFromMillis(Date.now() + this.#skipped) },
    accounts: [ACCOUNT],
    trading: { openingCash: money('100000') },
  });

  get port(): number {
    return this.#server.port;
  }
  quote({ symbol, bid, ask, size }: Parameters<RehearsedVenue['quote']>[0]): void {
    this.#server.trading.quote(symbol, bid, ask, size);
  }
  fail(fault: string, times: number): void {
    for (let time = 0; time < times; time += 1) {
      if (fault === 'lost') this.#server.ignoreNext('placeOrder', 'cancelOrder');
      else if (fault === 'answer-lost') this.#server.muteNext('placeOrder', 'cancelOrder');
      else if (fault === 'slow') this.#server.delayNext(LATE_MS, 'placeOrder', 'cancelOrder');
      else if (fault === 'status-first') this.#server.trading.desk.statusFirst = true;
      else this.#server.trading.desk.statusBeforeOrder = true;
    }
  }
  hold(): void {
    this.#server.trading.desk.announcer.hold();
  }
  release(order: 'SAME' | 'REVERSED'): void {
    this.#server.trading.desk.announcer.release(order);
  }
  double(): void {
    this.#server.trading.desk.announcer.duplicate = true;
  }
  cutReports(): void {
    this.#server.dropInMidMessage();
  }
  silence(): void {
    this.#server.silenceConnections();
  }
  away(): Promise<void> {
    return this.#server.stop();
  }
  back(): Promise<void> {
    return this.#server.listen();
  }
  lose(): void {
    this.#server.loseConnectivity();
  }
  find(data: 'lost' | 'maintained'): void {
    this.#server.restoreConnectivity(data);
  }
  skip(ms: number): void {
    this.#skipped += ms;
  }
  buyByHand(symbol: string, shares: number): void {
    const contract = { conId: 0, symbol, secType: 'STK', exchange: 'SMART', primaryExchange: '', currency: 'USD', localSymbol: '' };
    const nothing = {
      limitPrice: undefined,
      auxPrice: undefined,
      trailStopPrice: undefined,
      trailingPercent: undefined,
      limitOffset: undefined,
    };
    this.#server.trading.desk.placeByHand({
      ...nothing,
      contract,
      action: 'BUY',
      quantity: quantity(String(shares)),
      orderType: 'MKT',
      timeInForce: 'DAY',
      ocaGroup: '',
      account: ACCOUNT,
      orderRef: '',
      outsideRegularHours: false,
      ocaType: 0,
    });
  }

  books(): VenueBooks {
    const { desk } = this.#server.trading;
    const account = this.#server.trading.accountView();
    const open = desk.book.open().map((record) => ({ record, open: true }));
    const ended = desk.book.ended().map((record) => ({ record, open: false }));
    return {
      orders: [...open, ...ended].map(({ record, open: works }) => ({
        clientOrderId: record.terms.orderRef,
        replaces: null,
        id: String(record.permId),
        symbol: record.contract.symbol,
        filled: formatDecimal(record.filled),
        status: record.status,
        open: works,
        byHand: record.terms.orderRef === '',
      })),
      fills: desk.book.executions.map(({ executionId, record, quantity: shares, price }) => ({
        id: executionId.replace(CORRECTION, ''),
        orderId: String(record.permId),
        quantity: formatDecimal(shares),
        price: formatDecimal(price),
      })),
      positions: Object.fromEntries(account.positions.map(({ contract, quantity: held }) => [contract.symbol, formatDecimal(held)])),
      cash: formatDecimal(account.cash['USD'] ?? money('0')),
    };
  }

  async start(): Promise<this> {
    await this.#server.listen();
    return this;
  }
}

/** The socket protocol of TWS over our simulated venue. */
export const interactiveBrokers: Rehearsal = { broker: 'interactive-brokers', start: () => new TwsVenue().start() };
