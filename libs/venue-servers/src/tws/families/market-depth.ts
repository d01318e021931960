import type { BookSide } from '@tradewind/market';
import { formatDecimal } from '@tradewind/vocabulary';

import { readContract } from '../contract.js';
import type { TwsInstrument } from '../instrument.js';
import type { DepthChange, DepthOperation, DepthRow } from '../market-events.js';
import { REQUEST, RESPONSE, SINCE } from '../message-ids.js';
import { RequestRefused } from '../request-fields.js';
import type { MessageFamily, Session } from '../session.js';

const OPERATION: Readonly<Record<DepthOperation, number>> = { insert: 0, update: 1, delete: 2 };
const SIDE: Readonly<Record<BookSide, number>> = { ASK: 0, BID: 1 };
const RESET = 'Market depth data has been RESET. Please empty deep book contents before applying any new entries.';

/** The first rows of a book as one client sees them. */
class DepthStream {
  constructor(
    private readonly session: Session,
    private readonly requestId: number,
    private readonly instrument: TwsInstrument,
    private readonly rowsMax: number,
    private readonly smart: boolean,
  ) {}

  begin(): void {
    for (const side of ['BID', 'ASK'] as const) {
      for (const [position, row] of this.instrument.rows(side).slice(0, this.rowsMax).entries()) this.#send('insert', side, position, row);
    }
  }

  bookReset(): void {
    if (this.session.host.connectivityLost) return;
    this.session.error(this.requestId, 317, RESET);
    this.begin();
  }

  /** The book has already changed. A row that is pushed out of sight is deleted first; one that comes into sight is inserted last. */
  depth({ side, operation, position, row }: DepthChange): void {
    const rows = this.instrument.rows(side);
    if (position >= this.rowsMax) return;
    if (operation === 'insert' && rows.length > this.rowsMax) this.#send('delete', side, this.rowsMax - 1, rows[this.rowsMax]!);
    this.#send(operation, side, position, row);
    const entering = rows[this.rowsMax - 1];
    if (operation === 'delete' && entering !== undefined) this.#send('insert', side, this.rowsMax - 1, entering);
  }

  #send(operation: DepthOperation, side: BookSide, position: number, row: DepthRow): void {
    const [price, size] = operation === 'delete' ? ['0', '0'] : [formatDecimal(row.price), formatDecimal(row.quantity)];
    const change = [OPERATION[operation], SIDE[side], price, size] as const;
    if (row.maker === '') this.session.publish(RESPONSE.marketDepth, 1, this.requestId, position, ...change);
    else {
      const smart = this.session.version >= SINCE.smartDepth ? [this.smart ? 1 : 0] : [];
      this.session.publish(RESPONSE.marketDepthL2, 1, this.requestId, position, row.maker, ...change, ...smart);
    }
  }
}

export const marketDepthFamily: MessageFamily = [
  {
    id: REQUEST.marketDepth,
    versioned: true,
    numbered: true,
    handle: (session, fields, requestId) => {
      const contract = readContract(fields, session.version >= SINCE.depthPrimaryExchange);
      const rows = fields.integer('numRows');
      const smart = session.version >= SINCE.smartDepth && fields.flag('isSmartDepth');
      const instrument = session.instrumentOf(contract);
      const { depthExchanges } = instrument.contract;
      if (!instrument.subscribed) throw new RequestRefused(354, 'Requested market data is not subscribed.');
      if (depthExchanges.length === 0 || (!smart && contract.exchange !== '' && !depthExchanges.includes(contract.exchange))) {
        throw new RequestRefused(10092, 'Deep market data is not supported for this combination of security type/exchange');
      }
      if (rows < 1) throw new RequestRefused(321, "Error validating request.-'bI' : cause - Number of rows must be positive");
      const { marketDepthMax } = session.host.limits;
      if (session.countOf('marketDepth') >= marketDepthMax) {
        throw new RequestRefused(309, `Max number (${marketDepthMax}) of market depth requests has been reached`);
      }
      const stream = new DepthStream(session, requestId, instrument, rows, smart);
      session.subscribe('marketDepth', requestId, instrument, stream);
      stream.begin();
    },
  },
  {
    id: REQUEST.cancelMarketDepth,
    versioned: true,
    numbered: true,
    handle: (session, _fields, requestId) => {
      if (!session.cancel('marketDepth', requestId)) {
        throw new RequestRefused(310, `Can't find the subscribed market depth with tickerId:${requestId}`);
      }
    },
  },
  {
    id: REQUEST.marketDepthExchanges,
    versioned: false,
    numbered: false,
    handle: (session) => {
      const offers = session.host.market.depthOffers();
      session.send(
        RESPONSE.marketDepthExchanges,
        offers.length,
        ...offers.flatMap(({ exchange, secType }) => [exchange, secType, '', 'Deep2', '']),
      );
    },
  },
];
