import { NANOS_PER_MILLI, type UnixNanos } from '@tradewind/vocabulary';

import type { Bar } from '../bar.js';
import { type BarBuilder, barBuilder, type BarBuilderState } from '../bars/bar-builder.js';
import { SALE_USE } from '../bars/sale-conditions.js';
import { SessionEnd } from '../bars/session-end.js';
import type { SymbolQuality } from '../fault.js';
import { QUALITY_SCORE_MIN } from '../quality/check.js';
import { TickQuality, type TickQualityState } from '../quality/ticks/tick-check.js';
import type { TickFinding } from '../quality/ticks/tick-policy.js';
import type { Quote, Tick, Trade } from '../tick.js';
import type { AssembledSymbol, StepAssemblyPlan } from './assembly-plan.js';
import type { FaultTally } from './fault-tally.js';

export interface SymbolAssemblyState {
  readonly builder: BarBuilderState;
  readonly quality: TickQualityState;
  readonly lastTickAt: UnixNanos | undefined;
}

const MAKES_PRICE = SALE_USE.LAST | SALE_USE.LAST_IF_ALONE;
/** A repeated tick is noise that is known as such; most feeds repeat themselves after each reconnect. */
const DUPLICATE: TickFinding = { code: 'TICK_DUPLICATE', field: 'sequence', rule: 'a tick must come once', dropped: true, penalty: 0.1 };
const UNUSABLE: TickFinding = {
  code: 'TICK_PRICE_INVALID',
  field: 'price',
  rule: 'price must be above 0, quantity not below',
  dropped: true,
  penalty: 1,
};

/** What of the assembly belongs to one symbol: its bars, and the quality of its ticks. */
export class SymbolAssembly {
  readonly symbol: AssembledSymbol;
  readonly #plan: StepAssemblyPlan;
  readonly #builder: BarBuilder;
  readonly #quality: TickQuality;
  readonly #late: TickFinding;
  readonly #ends: SessionEnd;
  #lastTickAt: UnixNanos | undefined;

  constructor(symbol: AssembledSymbol, plan: StepAssemblyPlan, state?: SymbolAssemblyState) {
    this.symbol = symbol;
    this.#plan = plan;
    this.#ends = new SessionEnd(symbol.hours, plan.closingMs ?? 0);
    this.#builder = barBuilder({ ...plan, ...symbol }, state?.builder);
    this.#quality = new TickQuality(state?.quality);
    this.#lastTickAt = state?.lastTickAt;
    const rule = `a tick must come within ${plan.graceMs} ms of its bar's end`;
    this.#late = { code: 'TICK_LATE', field: 'at', rule, dropped: true, penalty: 1 };
  }

  /** Takes a tick into its bar. True when it may be told: not when it came before or is broken. */
  take(tick: Tick, faults: FaultTally): boolean {
    if (this.#isDropped(tick, faults)) return false;
    const outcome = this.#build(tick);
    if (outcome === 'DUPLICATE') return this.#refuse(tick, DUPLICATE, faults);
    // A late tick is left out of its bar, but is what the source said: features see it when it comes.
    if (outcome === 'LATE') this.#refuse(tick, this.#late, faults);
    else this.#quality.count(tick.kind, 0);
    if (this.#lastTickAt === undefined || tick.at > this.#lastTickAt) this.#lastTickAt = tick.at;
    return true;
  }

  /** When a tick counts: a closing print with the session that it closes. */
  timeOf(tick: Tick): UnixNanos {
    return tick.kind === 'trade' ? this.#ends.timeOf(tick, this.symbol.sales) : tick.at;
  }

  /** Notes a tick that was refused before it came here. */
  refuse(tick: Tick, finding: TickFinding, faults: FaultTally): void {
    this.#refuse(tick, finding, faults);
  }

  advanceTo(time: UnixNanos): readonly Bar[] {
    return this.#builder.advanceTo(time);
  }

  /** The bars of a step of fixed times. */
  endStep(at: UnixNanos, grace: bigint): readonly Bar[] {
    return this.#builder.advanceTo((this.#ends.dueOf(at) + grace) as UnixNanos);
  }

  /** The score at the end of a step, when it is too low to trade on. */
  lowQualityAt(stepAt: UnixNanos, faults: FaultTally): SymbolQuality | undefined {
    const { symbol } = this.symbol;
    if (this.#isStale(stepAt)) {
      const rule = `nothing has come for more than ${this.#plan.staleMsMax} ms`;
      faults.add(symbol, stepAt, { code: 'TICK_STALE', field: 'at', rule, dropped: false, penalty: 0 });
      return { symbol, score: 0 };
    }
    const { score } = this.#quality;
    return score < QUALITY_SCORE_MIN ? { symbol, score } : undefined;
  }

  save(): SymbolAssemblyState {
    return { builder: this.#builder.save(), quality: this.#quality.save(), lastTickAt: this.#lastTickAt };
  }

  #isDropped(tick: Tick, faults: FaultTally): boolean {
    if (tick.kind !== 'trade' && tick.kind !== 'quote') return false;
    if (tick.kind === 'trade' && (tick.price <= 0n || tick.quantity < 0n)) return !this.#refuse(tick, UNUSABLE, faults);
    for (const finding of tick.kind === 'trade' ? this.#checkTrade(tick) : this.#quality.checkQuote(tick)) {
      this.#refuse(tick, finding, faults);
      if (finding.dropped) return true;
    }
    return false;
  }

  /** Sales that make no price by their conditions (odd lots, averages) are not held against the prices of others. */
  #checkTrade(trade: Trade): readonly TickFinding[] {
    const { sales, hours } = this.symbol;
    return (sales.useOf(trade, hours.kind === 'EXTENDED') & MAKES_PRICE) === 0 ? [] : this.#quality.checkTrade(trade);
  }

  #build(tick: Tick): ReturnType<BarBuilder['addTrade']> | undefined {
    if (tick.kind === 'trade' && this.#plan.barsFrom === 'trades') return this.#builder.addTrade(tick);
    if (tick.kind === 'quote' && this.#plan.barsFrom === 'quotes') return this.#builder.addQuote(tick);
    return undefined;
  }

  #refuse(tick: Quote | Trade | Tick, finding: TickFinding, faults: FaultTally): false {
    if (finding.penalty > 0) this.#quality.count(tick.kind, finding.penalty);
    faults.add(tick.symbol, tick.at, finding);
    return false;
  }

  /** From the open on, so that a night is no silence. */
  #isStale(at: UnixNanos): boolean {
    if (this.#plan.staleMsMax === undefined) return false;
    const span = this.symbol.hours.spanEndingAfter((at - 1n) as UnixNanos);
    if (at <= span.openTime) return false;
    const since = this.#lastTickAt === undefined || this.#lastTickAt < span.openTime ? span.openTime : this.#lastTickAt;
    return at - since > BigInt(this.#plan.staleMsMax) * NANOS_PER_MILLI;
  }
}
