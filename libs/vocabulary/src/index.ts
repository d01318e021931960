export {
  absolute,
  add,
  averagePrice,
  DecimalError,
  divideHalfEven,
  floorToStep,
  formatDecimal,
  FRACTION_DIGITS,
  greatest,
  least,
  money,
  moneyFromNumber,
  negate,
  notional,
  price,
  priceFromNumber,
  quantity,
  quantityFromNumber,
  scaleBy,
  subtract,
  toNumber,
  ZERO_MONEY,
  ZERO_PRICE,
  ZERO_QUANTITY,
} from './decimal.js';
export type { Decimal, Money, Price, Quantity } from './decimal.js';
export { accountIdOf, symbolOf } from './instrument.js';
export type { AccountId, AssetClass, Category, Instrument, Side, Symbol } from './instrument.js';
export { partitionOf } from './partition.js';
export { copyRecord } from './record.js';
export { failed, succeeded, unreachable } from './result.js';
export type { Result } from './result.js';
export { createStateText, decodeState, encodeState, stateText } from './state-json.js';
export type { StateValue } from './state-json.js';
export { answerHeader, stepMessageId } from './step.js';
export type { StepHeader } from './step.js';
export { isoFromNanos, millisFromNanos, NANOS_PER_MILLI, nanosFromMillis, utcDateOf } from './time.js';
export type { Clock, UnixNanos } from './time.js';
