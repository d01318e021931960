import { createFeatureEngine, type FeatureEngine, type FeaturesComputed, type FeatureSet } from '@tradewind/features';
import { type BarsClosed, barsClosedOf, type MarketStep, type PointInTimeRecord } from '@tradewind/market';
import type { PredictionsMade } from '@tradewind/models';
import {
  changePaper,
  executeBars,
  type ExecutionsReported,
  initialOrders,
  joinBars,
  noteActions,
  type OrdersChanged,
  type OrdersPlaced,
  type OrdersState,
  type PaperVenue,
  placeIntents,
  takeActions,
} from '@tradewind/orders';
import {
  asksForHistory,
  decideStep,
  initialRisk,
  intentsOf,
  joinDecisions,
  NO_HISTORY,
  observeChanges,
  type RiskProfile,
  type RiskState,
  RollingHistory,
  type VerdictsReached,
} from '@tradewind/risk';
import {
  type AnalysesMade,
  analyseStep,
  initialSignalsState,
  opineStep,
  type SignalRules,
  type SignalsDecided,
  signalsDecided,
  type SignalsState,
} from '@tradewind/signals';
import { type AccountId, answerHeader, type Instrument, type Money } from '@tradewind/vocabulary';

const ANALYSES_TYPE = 'analysis.analyses';

/** Facts of a run by the event that carries them, the same as over the bus. */
export interface BacktestFacts {
  readonly 'market.bars': BarsClosed;
  readonly 'features.vectors': FeaturesComputed;
  readonly 'inference.predictions': PredictionsMade;
  readonly 'analysis.analyses': AnalysesMade;
  readonly 'orders.executions': ExecutionsReported;
  readonly 'signals.decisions': SignalsDecided;
  readonly 'risk.verdicts': VerdictsReached;
  readonly 'orders.placed': OrdersPlaced;
}

/** Told every fact, in an order in which each comes after all that it was made from. */
export type FactListener = <E extends keyof BacktestFacts>(event: E, fact: BacktestFacts[E]) => void;

/** Everything that decides what a run does, beside its bars and predictions. */
export interface BacktestSetting {
  readonly run: string;
  readonly accountId: AccountId;
  readonly currency: string;
  readonly openingCash: Money;
  readonly partitions: number;
  readonly featureSet: FeatureSet;
  readonly rules: SignalRules;
  readonly profile: RiskProfile;
  readonly instruments: Readonly<Record<string, Instrument>>;
  readonly venue: PaperVenue;
  /**
   * `decisions`: vectors, predictions and analyses are not told, and the analyst gives opinions without words; same decisions, less work.
   * `all` without it.
   */
  readonly facts?: 'all' | 'decisions';
}

/** One step with its vectors; each list has one batch a partition. */
export interface FeaturedStep {
  readonly bars: readonly BarsClosed[];
  readonly features: readonly FeaturesComputed[];
}

/**
 * The pipeline in one process: the stage functions that the services run, in the order of the bus's hops, without the bus. Predictions do not
 * depend on the portfolio, so a caller takes a block of steps at a time: `computeFeatures`, then ask the model for the whole block, then `trade`.
 * A step sees nothing later than its own bars: the features are streaming, and an order placed on a step meets the bars of the next.
 */
export class Backtest {
  private readonly engines: readonly FeatureEngine[];
  private signals: SignalsState[];
  private orders: OrdersState;
  private risk: RiskState;
  /** Undefined where the profile estimates nothing. */
  private readonly history: RollingHistory | undefined;

  constructor(
    private readonly setting: BacktestSetting,
    private readonly tell: FactListener,
    /** Told what changed the account beside the steps: splits and dividends. */
    private readonly tellChange: (changed: OrdersChanged) => void = () => undefined,
  ) {
    const { accountId, currency, openingCash, partitions, featureSet } = setting;
    this.engines = Array.from({ length: partitions }, () => createFeatureEngine(featureSet));
    this.signals = Array.from({ length: partitions }, (_, partition) => initialSignalsState(partition));
    this.orders = initialOrders({ accountId, currency, openingCash });
    this.risk = initialRisk({ accountId });
    this.history = asksForHistory(setting.profile) ? new RollingHistory() : undefined;
  }

  /** Takes steps in order, each once. */
  computeFeatures(steps: readonly MarketStep[]): FeaturedStep[] {
    const { run, partitions } = this.setting;
    return steps.map((step) => {
      const bars = this.engines.map((_, partition) => barsClosedOf(run, step, partition, partitions));
      return { bars, features: this.engines.map((engine, partition) => engine.onStep(bars[partition]!)) };
    });
  }

  /**
   * Trades one step, each in order and once; `predictions` has one batch a partition, `records` are those that became known since the step before, of which
   * splits and dividends reach the account. Throws what a stage throws on a broken invariant.
   */
  trade({ bars, features }: FeaturedStep, predictions: readonly PredictionsMade[], records: readonly PointInTimeRecord[] = []): void {
    const { profile, instruments, venue } = this.setting;
    for (const batch of bars) this.tell('market.bars', batch);
    const joined = joinBars(bars);
    if (records.length > 0) this.orders = noteActions(this.orders, { header: joined.header, records }).state;
    const taken = takeActions(this.orders, joined.header, venue);
    this.orders = taken.state;
    if (taken.changed !== undefined) this.change(taken.changed);
    const executed = executeBars(this.orders, joined, venue);
    this.tell('orders.executions', executed.report);
    const decided = this.decideSignals(features, predictions);
    this.history?.take(joined.header, joined.bars);
    const market = { bars: joined.bars, history: this.history ?? NO_HISTORY };
    const { state, reached } = decideStep(this.risk, joinDecisions(decided, executed.report, market), { profile, instruments });
    this.risk = state;
    this.tell('risk.verdicts', reached);
    const placed = placeIntents(
      executed.state,
      { header: reached.header, intents: intentsOf(reached), status: reached.state.status, final: reached.final },
      venue,
    );
    this.orders = placed.state;
    this.tell('orders.placed', placed.placed);
  }

  /** Risk sees what changed between the steps, and what it orders then is placed. */
  private change(changed: OrdersChanged): void {
    const { profile, instruments, venue } = this.setting;
    this.tellChange(changed);
    const { state, protections } = observeChanges(this.risk, changed, this.history ?? NO_HISTORY, { profile, instruments });
    this.risk = state;
    if (protections === undefined) return;
    const { id, intents, state: trading } = protections;
    const done = changePaper(this.orders, { id, intents, halted: trading.status === 'HALTED' }, changed.at, venue);
    this.orders = done.state;
    if (done.changed !== undefined) this.change(done.changed);
  }

  private decideSignals(features: readonly FeaturesComputed[], predictions: readonly PredictionsMade[]): SignalsDecided[] {
    return features.map((batch, partition) => {
      const { fact, outcome } = this.decidePartition(batch, predictions[partition]!, partition);
      this.signals[partition] = outcome.state;
      this.tell('signals.decisions', fact);
      return fact;
    });
  }

  private decidePartition(features: FeaturesComputed, predictions: PredictionsMade, partition: number): ReturnType<typeof signalsDecided> {
    const { rules, facts } = this.setting;
    const state = this.signals[partition]!;
    if (facts === 'decisions') {
      const analyses = { header: answerHeader(ANALYSES_TYPE, features.header), analyses: opineStep(features, rules.read) };
      return signalsDecided(state, { features, predictions, analyses, degraded: [] }, rules);
    }
    const analyses = analyseStep(features, rules.read);
    this.tell('features.vectors', features);
    this.tell('inference.predictions', predictions);
    this.tell('analysis.analyses', analyses);
    return signalsDecided(state, { features, predictions, analyses, degraded: [] }, rules);
  }
}
