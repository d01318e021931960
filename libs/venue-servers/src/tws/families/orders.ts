import { REQUEST, RESPONSE } from '../message-ids.js';
import { RequestRefused } from '../request-fields.js';
import type { MessageFamily, Session } from '../session.js';
import { sendCompletedOrder } from '../trading/order-messages.js';
import { readPlacedOrder } from '../trading/placed-order.js';
import type { TradingDesk } from '../trading/trading-desk.js';

/** The versions whose layouts of orders are written here. */
const VERSION_MIN = 178;
const VERSION_MAX = 186;

/** The desk, for a client that speaks a version whose orders are known here. Throws RequestRefused: 503, or 504 while IB can't be reached. */
export const deskOf = (session: Session): TradingDesk => {
  const { trading } = session.host;
  if (trading === undefined)
    throw new RequestRefused(321, "Error validating request.-'b0' : cause - The API interface is currently in Read-Only mode.");
  if (session.version < VERSION_MIN || session.version > VERSION_MAX)
    throw new RequestRefused(
      503,
      `The TWS is out of date and must be upgraded. Orders are taken at versions ${VERSION_MIN} to ${VERSION_MAX}.`,
    );
  if (session.host.connectivityLost) throw new RequestRefused(504, 'Not connected');
  return trading.desk;
};

export const ordersFamily: MessageFamily = [
  {
    id: REQUEST.placeOrder,
    versioned: false,
    numbered: true,
    handle: (session, fields, orderId) => {
      const desk = deskOf(session);
      desk.place(session, orderId, readPlacedOrder(fields, session.version));
    },
  },
  {
    id: REQUEST.cancelOrder,
    versioned: true,
    numbered: true,
    handle: (session, _fields, orderId) => deskOf(session).cancel(session, orderId),
  },
  { id: REQUEST.globalCancel, versioned: true, numbered: false, handle: (session) => deskOf(session).cancelAll() },
  {
    id: REQUEST.openOrders,
    versioned: true,
    numbered: false,
    handle: (session) => {
      const desk = deskOf(session);
      for (const record of desk.book.open()) if (record.clientId === session.clientId) desk.showOrder(session, record);
      session.send(RESPONSE.openOrderEnd, 1);
    },
  },
  {
    id: REQUEST.allOpenOrders,
    versioned: true,
    numbered: false,
    handle: (session) => {
      const desk = deskOf(session);
      for (const record of desk.book.open()) desk.showOrder(session, record);
      session.send(RESPONSE.openOrderEnd, 1);
    },
  },
  {
    id: REQUEST.autoOpenOrders,
    versioned: true,
    numbered: false,
    handle: (session, fields) => {
      const desk = deskOf(session);
      const bind = fields.flag('autoBind');
      if (bind && session.clientId !== 0) throw new RequestRefused(327, 'Only the default client (i.e 0) can auto bind orders.');
      session.bindsOrders = bind;
      if (bind) desk.bind(session);
    },
  },
  {
    id: REQUEST.completedOrders,
    versioned: false,
    numbered: false,
    handle: (session, fields) => {
      const desk = deskOf(session);
      const apiOnly = fields.flag('apiOnly');
      for (const record of desk.endedOfDay()) if (!apiOnly || record.orderId > 0) sendCompletedOrder(session, record, desk.account);
      session.send(RESPONSE.completedOrdersEnd);
    },
  },
];
