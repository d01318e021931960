import { REQUEST, RESPONSE } from '../message-ids.js';
import type { MessageFamily } from '../session.js';
import { parseRequestTime } from '../time-text.js';
import { sendCommission, sendExecution } from '../trading/order-messages.js';
import type { ExecutionRecord } from '../trading/order-record.js';
import { deskOf } from './orders.js';

const agrees = (asked: string, has: string): boolean => asked === '' || asked === has;
const SIDES: Readonly<Record<string, string>> = { BUY: 'BUY', BOT: 'BUY', SELL: 'SELL', SLD: 'SELL', SSHORT: 'SELL' };

export const executionsFamily: MessageFamily = [
  {
    id: REQUEST.executions,
    versioned: true,
    numbered: true,
    handle: (session, fields, requestId) => {
      const desk = deskOf(session);
      const clientId = fields.integer('clientId');
      const [account, time, symbol, secType, exchange, side] = ['acctCode', 'time', 'symbol', 'secType', 'exchange', 'side'].map((name) =>
        fields.text(name),
      ) as [string, string, string, string, string, string];
      const since = time === '' ? 0n : parseRequestTime(time, 'US/Eastern');
      const fits = ({ record, at, exchange: venue }: ExecutionRecord): boolean =>
        (clientId === 0 || record.clientId === clientId) &&
        agrees(account, desk.account) &&
        at >= since &&
        agrees(symbol, record.contract.symbol) &&
        agrees(secType, record.contract.secType) &&
        agrees(exchange, venue) &&
        (side === '' || SIDES[side.toUpperCase()] === record.terms.action);
      const found = desk.executionsOfDay().filter(fits);
      for (const execution of found) sendExecution(session, requestId, execution, desk.account);
      session.send(RESPONSE.executionDataEnd, 1, requestId);
      for (const execution of found) sendCommission(session, execution);
    },
  },
];
