import type { RecordsKnown } from '@tradewind/market';
import { add, divideHalfEven, floorToStep, notional, quantity, subtract, ZERO_MONEY, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Money, Price, Quantity, StepHeader, UnixNanos } from '@tradewind/vocabulary';

import { DeskLedger } from '../desk/desk-ledger.js';
import type { DeskOutcome } from '../desk/desk-ledger.js';
import { withDesk } from '../desk/desk-state.js';
import type { Desk } from '../desk/desk-state.js';
import { evolveOrders } from '../stage-state.js';
import type { OrdersState, StageEvent } from '../stage-state.js';
import type { PaperVenue } from '../venue.js';
import { actionOf, dayOf } from './known-action.js';
import type { KnownAction, KnownDividend, KnownSplit } from './known-action.js';
import { isRewound } from './remembered-actions.js';
import { splitOrders } from './split-orders.js';

const WHOLE = quantity('1');
const SCALE = 1_000_000_000n;

const byTime = (left: KnownAction, right: KnownAction): number => {
  if (left.from !== right.from) return left.from < right.from ? -1 : 1;
  // A dividend is told for shares of before the split of its day.
  if (left.kind !== right.kind) return left.kind === 'DIVIDEND' ? -1 : 1;
  return left.key < right.key ? -1 : left.key > right.key ? 1 : 0;
};

/**
 * Writes down the splits and dividends among the records of a step, to be taken with the bars from their ex-date on. What was told and taken before is the
 * same action, whoever tells it; until then the last word counts.
 */
export const noteActions = (
  state: OrdersState,
  { header, records }: RecordsKnown,
): { readonly state: OrdersState; readonly events: readonly StageEvent[] } => {
  const { id, run, at } = header;
  const rewound = isRewound(state, run, at);
  const actions: Record<string, KnownAction> = {};
  for (const record of records) {
    const action = actionOf(record, run);
    if (action === undefined) continue;
    const known = state.actions?.[action.key];
    const settled = known !== undefined && known.taken && !(rewound && known.run !== run);
    if (!settled) actions[action.key] = action;
  }
  if (Object.keys(actions).length === 0) return { state, events: [] };
  const event: StageEvent = { type: 'ActionsKnown', id: `oa/${id}`, at, actions };
  return { state: evolveOrders(state, event), events: [event] };
};

/** Told when bars of the ex-date, or of later days, have been seen already. */
const isLate = (state: OrdersState, { from }: KnownAction, rewound: boolean): boolean => !rewound && dayOf(from) <= state.sessionDay;

/** What was held at the ex-date: the position before the first bars of that day; when it is told late, the lots from before it that are still held. */
const heldAt = (state: OrdersState, action: KnownAction, late: boolean): Quantity => {
  const position = state.account.positions[action.symbol];
  if (position === undefined) return ZERO_QUANTITY;
  if (!late) return position.quantity;
  return position.lots.reduce((sum, lot) => (lot.openedAt < action.from ? add(sum, lot.quantity) : sum), ZERO_QUANTITY);
};

const causesOf = (action: KnownAction): readonly string[] => [action.recordId];
const eventIdOf = ({ key }: KnownAction): string => `ae/${key}`;

/** Down for what is owned and up for what is owed: a price of new shares never makes an account richer. */
const cutPrice = (level: Price, { numerator, denominator }: KnownSplit, held: Quantity): Price => {
  const floor = (level * denominator) / numerator;
  return (held < 0n && floor * numerator !== level * denominator ? floor + 1n : floor) as Price;
};

/** Cash for the fraction of a share at the last price, where an instrument has none: rounded down, so more is paid and less is received. */
const cashInLieuOf = (held: Quantity, last: Price, { numerator, denominator }: KnownSplit, ofNewShares: boolean): Money => {
  const whole = floorToStep(divideHalfEven(held * numerator, denominator) as Quantity, WHOLE);
  const value = (held * numerator - whole * denominator) * last;
  const unit = SCALE * (ofNewShares ? denominator : numerator);
  return ((value - (((value % unit) + unit) % unit)) / unit) as Money;
};

interface Taking {
  readonly ledger: DeskLedger;
  readonly venue: PaperVenue;
  readonly marks: Record<string, Price>;
  readonly split: string[];
  readonly late: (action: KnownAction) => boolean;
}

const lastPrice = ({ ledger, marks }: Taking, symbol: string): Price | undefined =>
  marks[symbol] ?? ledger.state.account.positions[symbol]?.markPrice ?? ledger.state.lastBars[symbol]?.close;

const takeDividend = (taking: Taking, action: KnownDividend): void => {
  const { ledger, venue, marks } = taking;
  const { symbol, perShare } = action;
  const { account } = ledger.state;
  const late = taking.late(action);
  const held = heldAt(ledger.state, action, late);
  const currency = venue.instruments[symbol]?.currency ?? account.currency;
  if (held === 0n || (currency !== account.currency && account.foreign?.[currency] === undefined)) return;
  const amount = notional(perShare, held);
  const { at } = ledger;
  ledger.book({
    type: 'DividendPaid',
    id: eventIdOf(action),
    at,
    causes: causesOf(action),
    symbol,
    amount,
    currency,
    perShare,
    quantity: held,
  });
  const mark = lastPrice(taking, symbol);
  // The price that the shares open with in theory: what is paid out has left them. Told late, it left them long ago.
  if (mark !== undefined && mark > perShare && !late) marks[symbol] = subtract(mark, perShare);
};

const takeSplit = (taking: Taking, action: KnownSplit): void => {
  const { ledger, venue, marks, split } = taking;
  const { symbol, numerator, denominator } = action;
  const late = taking.late(action);
  const before = heldAt(ledger.state, action, late);
  const held = ledger.state.account.positions[symbol]?.quantity ?? ZERO_QUANTITY;
  // Bought of the new shares, or some of both: a split of all of them would be wrong.
  if (late && before !== held) return;
  const causes = causesOf(action);
  const last = lastPrice(taking, symbol);
  const mark = late || last === undefined ? last : cutPrice(last, action, held);
  splitOrders(ledger, symbol, action, venue.instruments[symbol], causes);
  if (held !== 0n) {
    const fractional = venue.instruments[symbol]?.fractional ?? false;
    const cashInLieu = fractional || last === undefined ? ZERO_MONEY : cashInLieuOf(held, last, action, late);
    ledger.book({ type: 'SharesSplit', id: eventIdOf(action), at: ledger.at, causes, symbol, numerator, denominator, cashInLieu });
  }
  if (mark !== undefined) marks[symbol] = mark;
  split.push(symbol);
};

/**
 * Takes the splits and dividends whose ex-date has come, before the bars of the step: books them on what is held, amends or ends working orders, and sets
 * the last prices to what they are worth from then on, so that equity is the same before and after. All of it bears an instant just before the bars'. For
 * accounts of the paper venue alone: a broker books its own. Throws what the books throw.
 */
export const takeActions = (
  saved: OrdersState & { readonly desk?: Desk },
  { id, run, step, at }: Pick<StepHeader, 'id' | 'run' | 'step' | 'at'>,
  venue: PaperVenue,
): Omit<DeskOutcome, 'state'> & { readonly state: OrdersState } => {
  if (saved.actions === undefined) return { state: saved, events: [], changed: undefined };
  const rewound = isRewound(saved, run, at);
  const due = Object.values(saved.actions)
    .filter((action) => !action.taken && action.from < at && (!rewound || action.run === run))
    .sort(byTime);
  if (due.length === 0) return { state: saved, events: [], changed: undefined };
  const ledger = new DeskLedger(withDesk(saved), (at - 1n) as UnixNanos);
  const taking: Taking = { ledger, venue, marks: {}, split: [], late: (action) => isLate(saved, action, rewound) };
  for (const action of due) {
    if (action.kind === 'DIVIDEND') takeDividend(taking, action);
    else takeSplit(taking, action);
  }
  const { marks, split } = taking;
  ledger.stage({ type: 'ActionsTaken', id: `ot/${run}/${step}`, at: ledger.at, keys: due.map(({ key }) => key), marks, split });
  const { state, events, changed } = ledger.outcome([id, ...due.map(({ recordId }) => recordId)]);
  // The first step of a run is of that run, though its bars are still to come.
  return { state, events, changed: changed === undefined ? undefined : { ...changed, run } };
};
