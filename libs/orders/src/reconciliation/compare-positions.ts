import type { AccountEvent } from '@tradewind/portfolio';
import { absolute, averagePrice, formatDecimal, negate, notional, ZERO_MONEY, ZERO_PRICE, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Money, Price, Quantity, Symbol } from '@tradewind/vocabulary';
import type { VenuePosition } from '@tradewind/venue';

import { bookExternally } from '../desk/executions.js';
import type { Comparison } from './comparison.js';

const RATIO_MAX = 50n;
/** What two prices of the same thing may differ by, in parts of 10,000. */
const PRICE_TOLERANCE = 100n;
const CASH_TOLERANCE = 10n;
const MARKET_TOLERANCE = 2_500n;
const PARTS = 10_000n;

const near = (left: bigint, right: bigint, parts: bigint): boolean => {
  const gap = left > right ? left - right : right - left;
  const size = right < 0n ? -right : right;
  return gap * PARTS <= size * parts;
};

interface Gap {
  readonly symbol: Symbol;
  readonly ours: Quantity;
  readonly cost: Money;
  readonly theirs: VenuePosition | undefined;
  readonly change: Quantity;
}

const gapsOf = ({ ledger, snapshot }: Comparison): readonly Gap[] => {
  const venue = new Map(snapshot.positions.map((position) => [position.symbol, position]));
  const { positions } = ledger.state.account;
  const symbols = [...new Set([...Object.values(positions).map(({ symbol }) => symbol), ...venue.keys()])].sort();
  return symbols.flatMap((symbol) => {
    const ours = positions[symbol]?.quantity ?? ZERO_QUANTITY;
    const theirs = venue.get(symbol);
    const change = ((theirs?.quantity ?? 0n) - ours) as Quantity;
    return change === 0n ? [] : [{ symbol, ours, cost: positions[symbol]?.cost ?? ZERO_MONEY, theirs, change }];
  });
};

const cashGap = ({ ledger, snapshot }: Comparison): Money => {
  const { account } = ledger.state;
  return ((snapshot.cash[account.currency] ?? 0n) - account.cash) as Money;
};

/** The price that the average price implies for what was added to a position; undefined when it did not only grow. */
const priceByAverage = ({ ours, theirs, cost, change }: Gap): Price | undefined => {
  if (theirs === undefined || (ours !== 0n && ours > 0n !== change > 0n) || theirs.quantity > 0n !== change > 0n) return undefined;
  const value = (notional(theirs.averagePrice, theirs.quantity) - cost) as Money;
  const implied = averagePrice(value, change);
  return implied > 0n ? implied : undefined;
};

const priceByCash = (comparison: Comparison, gap: Gap): Price | undefined => {
  const implied = averagePrice(negate(cashGap(comparison)), gap.change);
  const market = gap.theirs?.marketPrice ?? comparison.ledger.state.account.positions[gap.symbol]?.markPrice;
  return implied > 0n && market !== undefined && near(implied, market, MARKET_TOLERANCE) ? implied : undefined;
};

/** The one price a gap that explains average prices and cash alike; undefined when there is more than one story, or none. */
const explanation = (comparison: Comparison, gaps: readonly Gap[]): ReadonlyMap<Symbol, Price> | undefined => {
  const byAverage = new Map<Symbol, Price>();
  let spent = 0n;
  for (const gap of gaps) {
    const at = priceByAverage(gap);
    if (at === undefined) continue;
    byAverage.set(gap.symbol, at);
    spent += notional(at, gap.change);
  }
  if (byAverage.size === gaps.length) return near(-cashGap(comparison), spent, CASH_TOLERANCE) ? byAverage : undefined;
  const [only, ...others] = gaps;
  const at = only === undefined || others.length > 0 ? undefined : priceByCash(comparison, only);
  return at === undefined || only === undefined ? undefined : new Map([[only.symbol, at]]);
};

const infer = (comparison: Comparison, gap: Gap, price: Price): void => {
  const { ledger, snapshot, policy } = comparison;
  const { symbol, change, ours, theirs } = gap;
  const executionId = `inferred/${symbol}/${ours}/${theirs?.quantity ?? 0n}/${snapshot.executionsSince}`;
  const told = {
    executionId,
    venueOrderId: executionId,
    symbol,
    side: change > 0n ? ('BUY' as const) : ('SELL' as const),
    quantity: absolute(change),
    price,
    at: ledger.at,
  };
  bookExternally(ledger, told, 'inferred', ZERO_MONEY, policy, [`snapshot/${executionId}`]);
  comparison.repair({
    code: 'POSITION_INFERRED',
    subject: symbol,
    ours: formatDecimal(ours),
    theirs: formatDecimal(theirs?.quantity ?? ZERO_QUANTITY),
  });
};

const splitRatio = ({ ours, theirs, cost }: Gap): { readonly numerator: bigint; readonly denominator: bigint } | undefined => {
  if (theirs === undefined || ours === 0n || ours > 0n !== theirs.quantity > 0n) return undefined;
  if (!near(notional(theirs.averagePrice, theirs.quantity), cost, PRICE_TOLERANCE)) return undefined;
  for (let denominator = 1n; denominator <= RATIO_MAX; denominator += 1n) {
    const numerator = (theirs.quantity * denominator) / ours;
    if (numerator >= 1n && numerator <= RATIO_MAX && numerator * ours === theirs.quantity * denominator) return { numerator, denominator };
  }
  return undefined;
};

const codeOf = ({ ours, theirs }: Gap) => {
  if (theirs === undefined) return 'POSITION_MISSING' as const;
  if (ours === 0n) return 'POSITION_UNKNOWN' as const;
  return ours > 0n === theirs.quantity > 0n ? ('POSITION_QUANTITY' as const) : ('POSITION_FLIP' as const);
};

const adjustments = (comparison: Comparison, gap: Gap, id: string): readonly AccountEvent[] => {
  const { symbol, theirs, cost } = gap;
  const { currency } = comparison.ledger.state.account;
  const base = { at: comparison.snapshot.at, causes: [] };
  const position = { quantity: theirs?.quantity ?? ZERO_QUANTITY, averagePrice: theirs?.averagePrice ?? ZERO_PRICE };
  const adjusted: AccountEvent = {
    ...base,
    type: 'PositionAdjusted',
    id: `ae/${id}/position`,
    symbol,
    ...position,
    reason: 'accepted difference',
  };
  if (!comparison.adopting && !isBroughtIn(comparison)) return [adjusted];
  const worth = (notional(position.averagePrice, position.quantity) - cost) as Money;
  return [
    adjusted,
    { ...base, type: 'CashAdjusted', id: `ae/${id}/cash`, amount: negate(worth), currency, reason: 'position brought in' },
    { ...base, type: 'CashTransferred', id: `ae/${id}/transfer`, amount: worth, currency, description: 'position brought in' },
  ];
};

/** The account has not traded since it met its venue: what it holds was brought in. */
const isBroughtIn = ({ ledger }: Comparison): boolean => {
  const { desk, account } = ledger.state;
  return Object.keys(desk.executions).length === 0 && account.realisedPnl === 0n && Object.keys(account.positions).length === 0;
};

/** Compares positions; what the venue's list is too short to show is inferred when only one story fits. */
export const comparePositions = (comparison: Comparison): void => {
  const gaps = gapsOf(comparison);
  const inferred = comparison.partial && gaps.length > 0 ? explanation(comparison, gaps) : undefined;
  for (const gap of gaps) {
    const price = inferred?.get(gap.symbol);
    if (price !== undefined) {
      infer(comparison, gap, price);
      continue;
    }
    const { symbol: subject } = gap;
    const ours = formatDecimal(gap.ours);
    const theirs = formatDecimal(gap.theirs?.quantity ?? ZERO_QUANTITY);
    const ratio = splitRatio(gap);
    const id = `position/${subject}/${gap.ours}/${gap.theirs?.quantity ?? 0n}/${comparison.ledger.state.desk.reconciliations}`;
    if (ratio === undefined) {
      comparison.leave({ code: codeOf(gap), subject, ours, theirs, repairs: adjustments(comparison, gap, id) });
      continue;
    }
    const split: AccountEvent = {
      type: 'SharesSplit',
      id: `ae/${id}/split`,
      at: comparison.snapshot.at,
      causes: [],
      symbol: subject,
      ...ratio,
      cashInLieu: ZERO_MONEY,
    };
    const note = `The venue's quantity is ours times ${ratio.numerator}:${ratio.denominator} at the same cost, and no split was told. Accepting books the split.`;
    comparison.leave({ code: 'SPLIT_SUSPECTED', subject, ours, theirs, repairs: [split], explanation: note });
  }
};
