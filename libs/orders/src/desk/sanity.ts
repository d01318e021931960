import type { VenueReport, VenueSnapshot } from '@tradewind/venue';

/** Amounts beyond this are no amounts: the wire and the books hold 64 bits of 10^-9. */
const MOST = 9_000_000_000_000_000_000n;
const TEXT_MOST = 2_000;
/** Of a split: new shares, or old ones. */
const RATIO_MOST = 100_000n;
const SYMBOL = /^[A-Z0-9][A-Z0-9_-]{0,15}$/;
const CURRENCY = /^[A-Z0-9]{2,12}$/;

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string' && value.length <= TEXT_MOST;
/** What tables are keyed by must not name anything that every object has. */
const isKey: Check = (value) => isText(value) && !((value as string) in Object.prototype);
const isName: Check = (value) => isKey(value) && value !== '';
const isAmount: Check = (value) => typeof value === 'bigint' && value < MOST && value > -MOST;
const isPositive: Check = (value) => isAmount(value) && (value as bigint) > 0n;
const isNotNegative: Check = (value) => isAmount(value) && (value as bigint) >= 0n;
const isTime: Check = (value) => isNotNegative(value);
const isSymbol: Check = (value) => typeof value === 'string' && SYMBOL.test(value);
const isCurrency: Check = (value) => typeof value === 'string' && CURRENCY.test(value);
const isSide: Check = (value) => value === 'BUY' || value === 'SELL';
const isPresent: Check = (value) => value !== undefined;
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && values.includes(value);

type Shape = Readonly<Record<string, Check>>;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first field that is not what it should be. */
const faultIn = (value: unknown, shape: Shape, path = ''): string | undefined => {
  if (!isRecord(value)) return `${path || 'it'} is no object`;
  for (const [field, check] of Object.entries(shape)) if (!check(value[field])) return `${path}${field}`;
  return undefined;
};

const TYPES = ['MARKET', 'LIMIT', 'STOP', 'STOP_LIMIT', 'TRAILING_STOP', 'TRAILING_STOP_LIMIT'];
const TERMS: Shape = {
  type: oneOf(...TYPES),
  quantity: isPositive,
  limitPrice: optional(isPositive),
  stopPrice: optional(isPositive),
  limitOffset: optional(isPositive),
};
const REPORT: Shape = { id: isName, at: isTime, symbol: isSymbol, venueOrderId: isKey, clientOrderId: optional(isKey) };
const REFUSAL: Shape = { code: isName, message: isText };
const BY_TYPE: Readonly<Record<VenueReport['type'], Shape>> = {
  ACCEPTED: {},
  REJECTED: REFUSAL,
  TRIGGERED: {},
  UPDATED: { terms: (value) => faultIn(value, TERMS) === undefined },
  UPDATE_REJECTED: REFUSAL,
  CANCELED: { reason: isText },
  CANCEL_REJECTED: REFUSAL,
  EXPIRED: {},
  FILLED: { executionId: isName, side: isSide, quantity: isPositive, price: isPositive, commission: optional(isAmount) },
  COMMISSIONED: { executionId: isName, commission: isAmount, currency: isCurrency },
  BUSTED: { executionId: isName },
  CORRECTED: { executionId: isName, quantity: isPositive, price: isPositive },
};

/** What is wrong with a report, or undefined: the first field that is missing, of the wrong type or absurd. Such a report is not taken in. */
export const reportFault = (report: VenueReport): string | undefined => {
  const common = faultIn(report, REPORT);
  if (common !== undefined) return common;
  const shape = Object.hasOwn(BY_TYPE, report.type) ? BY_TYPE[report.type] : undefined;
  return shape === undefined ? 'type' : faultIn(report, shape);
};

const STATUSES = ['WORKING', 'PENDING_CANCEL', 'PENDING_UPDATE', 'FILLED', 'CANCELED', 'REJECTED', 'EXPIRED'];
const VIEW: Shape = {
  ...TERMS,
  venueOrderId: isKey,
  clientOrderId: optional(isKey),
  symbol: isSymbol,
  side: isSide,
  status: oneOf(...STATUSES),
  filledQuantity: isNotNegative,
  averagePrice: optional(isPositive),
  updatedAt: isTime,
};
const EXECUTION: Shape = {
  executionId: isName,
  venueOrderId: isKey,
  clientOrderId: optional(isKey),
  symbol: isSymbol,
  side: isSide,
  quantity: isPositive,
  price: isPositive,
  commission: optional(isAmount),
  at: isTime,
};
const POSITION: Shape = {
  symbol: isSymbol,
  quantity: (value) => isAmount(value) && value !== 0n,
  averagePrice: isPositive,
  marketPrice: optional(isPositive),
};
const isShare: Check = (value) => typeof value === 'bigint' && value > 0n && value <= RATIO_MOST;
const RATIO: Shape = { numerator: isShare, denominator: isShare };
const ACTIVITY: Shape = {
  id: isName,
  kind: oneOf('DIVIDEND', 'SPLIT', 'FEE', 'INTEREST', 'BORROW', 'TRANSFER', 'OTHER'),
  at: isTime,
  symbol: optional(isSymbol),
  amount: isAmount,
  currency: isCurrency,
  ratio: optional((value) => faultIn(value, RATIO) === undefined),
  description: isText,
};
const SNAPSHOT: Shape = {
  at: isTime,
  venueAccount: isText,
  executionsSince: isTime,
  cash: (value) => isRecord(value) && Object.entries(value).every(([currency, amount]) => isCurrency(currency) && isAmount(amount)),
  rates: optional(
    (value) => isRecord(value) && Object.entries(value).every(([currency, rate]) => isCurrency(currency) && isPositive(rate)),
  ),
  orders: isPresent,
  executions: isPresent,
  positions: isPresent,
  activities: isPresent,
};

const faultInList = (list: unknown, shape: Shape, name: string): string | undefined => {
  if (!Array.isArray(list)) return name;
  for (const [index, item] of list.entries()) {
    const fault = faultIn(item, shape, `${name}[${index}].`);
    if (fault !== undefined) return fault;
  }
  return undefined;
};

/** What is wrong with a snapshot, or undefined. One wrong row spoils it: a comparison with half a snapshot would find differences that are none. */
export const snapshotFault = (snapshot: VenueSnapshot): string | undefined =>
  faultIn(snapshot, SNAPSHOT) ??
  faultInList(snapshot.orders, VIEW, 'orders') ??
  faultInList(snapshot.executions, EXECUTION, 'executions') ??
  faultInList(snapshot.positions, POSITION, 'positions') ??
  faultInList(snapshot.activities, ACTIVITY, 'activities');

/** The same of one order that was asked for by name. */
export const viewFault = (view: unknown): string | undefined => faultIn(view, VIEW);
