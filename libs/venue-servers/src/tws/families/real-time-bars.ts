import { formatDecimal } from '@tradewind/vocabulary';

import { readContract } from '../contract.js';
import { REQUEST, RESPONSE } from '../message-ids.js';
import { RequestRefused } from '../request-fields.js';
import type { MessageFamily } from '../session.js';
import { secondsOf } from '../time-text.js';

export const realTimeBarsFamily: MessageFamily = [
  {
    id: REQUEST.realTimeBars,
    versioned: true,
    numbered: true,
    handle: (session, fields, requestId) => {
      const contract = readContract(fields);
      // Bars are of five seconds, whatever is asked for.
      fields.integer('barSize');
      const kind = fields.text('whatToShow');
      const instrument = session.instrumentOf(contract);
      if (kind !== 'TRADES') throw new RequestRefused(321, `Error validating request.-'bC' : cause - Invalid What To Show ${kind}`);
      if (!instrument.subscribed) throw new RequestRefused(420, 'Invalid Real-time Query:No market data permissions');
      session.subscribe('realTimeBars', requestId, instrument, {
        realTimeBar: ({ at, open, high, low, close, volume, average, count }) => {
          const values = [open, high, low, close, volume, average].map(formatDecimal);
          session.publish(RESPONSE.realTimeBar, 3, requestId, secondsOf(at), ...values, count);
        },
      });
    },
  },
  {
    id: REQUEST.cancelRealTimeBars,
    versioned: true,
    numbered: true,
    handle: (session, _fields, requestId) => {
      if (!session.cancel('realTimeBars', requestId)) throw new RequestRefused(300, `Can't find EId with tickerId:${requestId}`);
    },
  },
];
