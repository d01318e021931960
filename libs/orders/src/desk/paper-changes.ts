import type { AccountEvent } from '@tradewind/portfolio';
import type { UnixNanos } from '@tradewind/vocabulary';

import type { OrderIntent } from '../facts.js';
import { Ledger } from '../ledger.js';
import { placeOne } from '../place-intents.js';
import { isReduceOnly } from '../order.js';
import type { OrdersState } from '../stage-state.js';
import { cancelEntries } from '../trading-status.js';
import type { PaperVenue } from '../venue.js';
import { DeskLedger } from './desk-ledger.js';
import type { DeskOutcome } from './desk-ledger.js';
import { withDesk } from './desk-state.js';
import type { Desk } from './desk-state.js';

/** What is done between the steps to an account whose venue is the paper one. */
export interface PaperChange {
  /** What asked for it. */
  readonly id: string;
  readonly cancel?: string;
  /** They only reduce; they work from the next step on. */
  readonly intents?: readonly OrderIntent[];
  readonly halted?: boolean;
  readonly accountEvent?: AccountEvent;
}

/** Carries out a change between the steps on the paper venue, which answers at once. What is done already, or has ended, changes nothing. */
export const changePaper = (
  saved: OrdersState & { readonly desk?: Desk },
  { id, cancel, intents, halted, accountEvent }: PaperChange,
  at: UnixNanos,
  venue: PaperVenue,
): DeskOutcome => {
  const ledger = new Ledger(saved, at);
  if (halted === true) cancelEntries(ledger, 'TRADING_HALTED', [id]);
  if (cancel !== undefined && ledger.order(cancel) !== undefined) {
    ledger.say(cancel, { type: 'OrderCancelRequested', reason: 'OPERATOR' }, [id]);
    ledger.say(cancel, { type: 'OrderCanceled', reason: 'OPERATOR' }, [id]);
  }
  for (const intent of intents ?? []) if (isReduceOnly(intent)) placeOne(ledger, intent, venue);
  const { desk } = withDesk(saved);
  const between = new DeskLedger({ ...ledger.state, desk }, at);
  between.events.push(...ledger.events);
  between.orderEvents.push(...ledger.orderEvents);
  if (accountEvent !== undefined && !(accountEvent.id in desk.activities)) {
    between.note('AccountCompared', { activities: { [accountEvent.id]: at } });
    between.book({ ...accountEvent, causes: [...accountEvent.causes, id] });
  }
  return between.outcome([id]);
};
