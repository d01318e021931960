import { accountCurrency } from './account-currency.js';
import { approvedStrategy } from './approved-strategy.js';
import { beta } from './beta.js';
import type { OrderCheck, SignalCheck } from './check.js';
import { confidence } from './confidence.js';
import { correlation } from './correlation.js';
import { currentBar } from './current-bar.js';
import { dailyLossBudget } from './daily-loss-budget.js';
import { dayTrading } from './day-trading.js';
import { duplicate } from './duplicate.js';
import { entryDrawdown } from './entry-drawdown.js';
import { fatFinger } from './fat-finger.js';
import { freshData } from './fresh-data.js';
import { impact } from './impact.js';
import { knownAccount } from './known-account.js';
import { knownHistory } from './known-history.js';
import { knownInstrument } from './known-instrument.js';
import { lotSize } from './lot-size.js';
import { minimumNotional } from './minimum-notional.js';
import { noShort } from './no-short.js';
import { openOrders } from './open-orders.js';
import { oppositeOrder } from './opposite-order.js';
import { orderRate } from './order-rate.js';
import { permittedAsset } from './permitted-asset.js';
import { portfolioRisk } from './portfolio-risk.js';
import { positionToExit } from './position-to-exit.js';
import { positions } from './positions.js';
import { priceBand } from './price-band.js';
import { priceCollar } from './price-collar.js';
import { priceRange } from './price-range.js';
import { quantityLimit } from './quantity-limit.js';
import { rewardToRisk } from './reward-to-risk.js';
import { stopDistance } from './stop-distance.js';
import { tradesPerDay } from './trades-per-day.js';
import { tradingHours } from './trading-hours.js';
import { tradingState } from './trading-state.js';
import { trustedData } from './trusted-data.js';
import { unexpired } from './unexpired.js';
import { unrestricted } from './unrestricted.js';
import { warm } from './warm.js';

/**
 * Before sizing, in this order: idempotency, the state of trading, what it is about, the data it rests on, what stands in its way, and what needs more
 * than one look-up last.
 */
export const SIGNAL_CHECKS: readonly SignalCheck[] = [
  duplicate,
  tradingState,
  knownAccount,
  knownInstrument,
  accountCurrency,
  unrestricted,
  permittedAsset,
  approvedStrategy,
  freshData,
  trustedData,
  unexpired,
  warm,
  confidence,
  positionToExit,
  oppositeOrder,
  priceCollar,
  priceRange,
  priceBand,
  currentBar,
  tradingHours,
  orderRate,
  openOrders,
  positions,
  dayTrading,
  entryDrawdown,
  knownHistory,
];

/** After sizing and the limits' rooms, in this order: the order itself, then its stop and target, then what the portfolio becomes. */
export const ORDER_CHECKS: readonly OrderCheck[] = [
  tradesPerDay,
  fatFinger,
  quantityLimit,
  lotSize,
  minimumNotional,
  noShort,
  stopDistance,
  rewardToRisk,
  dailyLossBudget,
  correlation,
  portfolioRisk,
  beta,
  impact,
];
