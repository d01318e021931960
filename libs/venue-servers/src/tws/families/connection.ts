import { REQUEST, RESPONSE } from '../message-ids.js';
import { RequestRefused } from '../request-fields.js';
import type { MessageFamily } from '../session.js';
import { secondsOf } from '../time-text.js';

/** Start, clock, accounts and ids: what concerns the connection itself. */
export const connectionFamily: MessageFamily = [
  {
    id: REQUEST.startApi,
    versioned: true,
    numbered: false,
    handle: (session, fields) => {
      if (session.started) throw new RequestRefused(501, 'Already connected.');
      session.start(fields.integer('clientId'));
    },
  },
  {
    id: REQUEST.currentTime,
    versioned: true,
    numbered: false,
    handle: (session) => session.send(RESPONSE.currentTime, 1, secondsOf(session.host.clock.now())),
  },
  {
    id: REQUEST.managedAccounts,
    versioned: true,
    numbered: false,
    handle: (session) => session.send(RESPONSE.managedAccounts, 1, session.host.accounts.join(',')),
  },
  { id: REQUEST.ids, versioned: true, numbered: false, handle: (session) => session.sendNextId() },
  { id: REQUEST.logLevel, versioned: true, numbered: false, handle: () => undefined },
  {
    id: REQUEST.marketDataType,
    versioned: true,
    numbered: false,
    handle: (session, fields) => {
      const type = fields.integer('marketDataType');
      if (type < 1 || type > 4) throw new RequestRefused(321, `Error validating request.-'bI' : cause - Invalid market data type ${type}`);
      session.marketDataType = type;
    },
  },
];
