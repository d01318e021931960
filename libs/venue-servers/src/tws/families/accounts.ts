import { REQUEST, RESPONSE } from '../message-ids.js';
import { RequestRefused } from '../request-fields.js';
import type { MessageFamily, Session } from '../session.js';
import { type AccountView, accountValues, sendAccount, sendPosition } from '../trading/account-messages.js';
import { deskOf } from './orders.js';

const viewOf = (session: Session): AccountView => {
  deskOf(session);
  return session.host.trading!.accountView();
};

/** Tags of a summary that mean the money of one currency, or of each. */
const LEDGER = /^\$LEDGER(?::([A-Z]{3}|ALL))?$/;

const summaryOf = (view: AccountView, tags: readonly string[]): readonly (readonly [key: string, value: string, currency: string])[] => {
  const values = accountValues(view);
  return tags.flatMap((tag) => {
    const ledger = LEDGER.exec(tag);
    if (ledger === null) return values.filter(([key]) => key === tag).slice(0, 1);
    const wanted = ledger[1] ?? 'BASE';
    return values.filter(([key, , currency]) => key === 'CashBalance' && (wanted === 'ALL' ? true : currency === wanted));
  });
};

/** Money, positions and their values. A summary is told once: TWS's updates every three minutes have nothing new to say of an account like this. */
export const accountsFamily: MessageFamily = [
  {
    id: REQUEST.accountUpdates,
    versioned: true,
    numbered: false,
    handle: (session, fields) => {
      const subscribe = fields.flag('subscribe');
      const account = fields.text('acctCode');
      const view = viewOf(session);
      if (account !== '' && !session.host.accounts.includes(account))
        throw new RequestRefused(321, `Error validating request.-'bP' : cause - Invalid account code '${account}'.`);
      session.followsAccount = subscribe;
      if (subscribe) sendAccount(session, view, session.host.clock.now(), true);
    },
  },
  {
    id: REQUEST.positions,
    versioned: true,
    numbered: false,
    handle: (session) => {
      const view = viewOf(session);
      for (const position of view.positions) sendPosition(session, view.account, position);
      session.send(RESPONSE.positionEnd, 1);
    },
  },
  { id: REQUEST.cancelPositions, versioned: true, numbered: false, handle: () => undefined },
  {
    id: REQUEST.accountSummary,
    versioned: true,
    numbered: true,
    handle: (session, fields, requestId) => {
      if (fields.text('group') !== 'All') throw new RequestRefused(321, "Error validating request.-'cz' : cause - Group name is invalid.");
      const tags = fields.text('tags').split(',');
      const view = viewOf(session);
      for (const [key, value, currency] of summaryOf(view, tags))
        session.send(RESPONSE.accountSummary, 1, requestId, view.account, key, value, currency === 'BASE' ? '' : currency);
      session.send(RESPONSE.accountSummaryEnd, 1, requestId);
    },
  },
  { id: REQUEST.cancelAccountSummary, versioned: true, numbered: true, handle: () => undefined },
];
