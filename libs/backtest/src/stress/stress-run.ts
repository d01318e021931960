import { barsClosedOf, type MarketStep } from '@tradewind/market';
import { executeBars, initialOrders, joinBars, type OrderIntent, type OrdersState, type PaperVenue, placeIntents } from '@tradewind/orders';
import {
  type BreakerAction,
  decideStep,
  initialRisk,
  joinDecisions,
  type RiskProfile,
  type RiskState,
  RollingHistory,
  type TradingStatus,
} from '@tradewind/risk';
import { type AccountId, type Instrument, type Money, type Price, type Quantity, toNumber, type UnixNanos } from '@tradewind/vocabulary';

/** A position that is bought, or sold short, at the first step and then left to the market and to the breakers. */
export interface StressPosition {
  /** Signed. */
  readonly quantity: Quantity;
  readonly protectiveStop?: Price;
}

/** What happens: recorded bars, or scripted ones. The positions stand from the second step on. */
export interface StressScenario {
  readonly name: string;
  readonly steps: readonly MarketStep[];
  readonly positions: Readonly<Record<string, StressPosition>>;
  /** Steps before the positions are opened, so that estimates have a history; 0 for none. */
  readonly warmUpSteps: number;
}

export interface StressSetting {
  readonly accountId: AccountId;
  readonly currency: string;
  readonly openingCash: Money;
  readonly profile: RiskProfile;
  readonly instruments: Readonly<Record<string, Instrument>>;
  readonly venue: PaperVenue;
}

export interface StressAction {
  readonly step: number;
  readonly at: UnixNanos;
  readonly action: BreakerAction;
}

/** One way through a scenario. Losses are positive fractions of the equity before the positions were opened. */
export interface StressOutcome {
  readonly equity: readonly { readonly at: UnixNanos; readonly equity: Money }[];
  /** At the end, and at the worst step. */
  readonly loss: number;
  readonly worstLoss: number;
  readonly maximumDrawdown: number;
  readonly status: TradingStatus;
}

export interface StressReport {
  readonly name: string;
  readonly profile: string;
  readonly withBreakers: StressOutcome;
  readonly withoutBreakers: StressOutcome;
  /** What the breakers did, in order. */
  readonly actions: readonly StressAction[];
  /** Step at which each rule first fired. */
  readonly firstFired: Readonly<Record<string, number>>;
}

/** Entries of the scenario go through the venue like any order: to market, so that they fill at the next open. */
const openings = ({ name, positions }: StressScenario): readonly OrderIntent[] =>
  Object.entries(positions).map(([symbol, { quantity, protectiveStop }]) => ({
    clientOrderId: `stress-${symbol.toLowerCase()}`,
    symbol: symbol as OrderIntent['symbol'],
    side: quantity > 0n ? 'BUY' : 'SELL',
    type: 'MARKET',
    timeInForce: 'GTC',
    quantity: (quantity > 0n ? quantity : -quantity) as Quantity,
    purpose: 'signal:enter',
    verdictId: `stress/${name}`,
    ...(protectiveStop === undefined ? {} : { protectiveStop }),
  }));

interface Passage {
  readonly outcome: StressOutcome;
  readonly actions: readonly StressAction[];
}

const outcomeOf = (equity: StressOutcome['equity'], opening: Money, status: TradingStatus): StressOutcome => {
  const start = toNumber(opening);
  let peak = start;
  let maximumDrawdown = 0;
  let least = start;
  for (const point of equity) {
    const value = toNumber(point.equity);
    peak = Math.max(peak, value);
    least = Math.min(least, value);
    maximumDrawdown = Math.max(maximumDrawdown, 1 - value / peak);
  }
  const last = equity.at(-1);
  const end = last === undefined ? start : toNumber(last.equity);
  return { equity, loss: 1 - end / start, worstLoss: 1 - least / start, maximumDrawdown, status };
};

/** Goes through a scenario once; without breakers their orders are left out, and everything else is the same. */
const pass = (scenario: StressScenario, setting: StressSetting, isProtected: boolean): Passage => {
  const { accountId, currency, openingCash, profile, instruments, venue } = setting;
  const history = new RollingHistory();
  let orders: OrdersState = initialOrders({ accountId, currency, openingCash });
  let risk: RiskState = initialRisk({ accountId });
  const equity: { at: UnixNanos; equity: Money }[] = [];
  const actions: StressAction[] = [];
  for (const step of scenario.steps) {
    const joined = joinBars([barsClosedOf(scenario.name, step, 0, 1)]);
    const executed = executeBars(orders, joined, venue);
    history.take(joined.header, joined.bars);
    const { report } = executed;
    const input = joinDecisions([], report, { bars: joined.bars, history });
    const { state, reached } = decideStep(risk, input, { profile, instruments });
    risk = state;
    equity.push({ at: step.at, equity: report.account.equity });
    for (const action of reached.breakers) actions.push({ step: step.step, at: step.at, action });
    const opened = step.step === scenario.warmUpSteps ? openings(scenario) : [];
    const intents = isProtected ? [...reached.protectiveIntents, ...opened] : opened;
    const status = isProtected ? reached.state.status : 'ACTIVE';
    orders = placeIntents(executed.state, { header: reached.header, intents, status, final: reached.final }, venue).state;
  }
  return { outcome: outcomeOf(equity, openingCash, isProtected ? risk.trading.status : 'ACTIVE'), actions };
};

/** A scenario with the breakers of the profile and without: what each of them did, and what it was worth. */
export const stressReport = (scenario: StressScenario, setting: StressSetting): StressReport => {
  const guarded = pass(scenario, setting, true);
  const bare = pass(scenario, setting, false);
  const firstFired: Record<string, number> = {};
  for (const { step, action } of guarded.actions) if (action.action !== 'RESUME') firstFired[action.rule] ??= step;
  return {
    name: scenario.name,
    profile: setting.profile.name,
    withBreakers: guarded.outcome,
    withoutBreakers: bare.outcome,
    actions: guarded.actions,
    firstFired,
  };
};
