import { NANOS_PER_MILLI, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import type { Bar } from '../bar.js';
import { parseBarInterval } from '../bar-interval.js';
import { SessionEnd } from '../bars/session-end.js';
import type { TickFinding } from '../quality/ticks/tick-policy.js';
import type { Tick } from '../tick.js';
import type { AssembledPart, StepAssemblyPlan } from './assembly-plan.js';
import { ChunkGatherer, type ChunkGathererState } from './chunk-gatherer.js';
import { FaultTally, type FaultTallyState } from './fault-tally.js';
import { StepTimes } from './step-times.js';
import { SymbolAssembly, type SymbolAssemblyState } from './symbol-assembly.js';

/** Plain data: everything an assembler knows between two calls. */
export interface StepAssemblerState {
  /** Number of the step that is being gathered. */
  readonly step: number;
  readonly clock: UnixNanos | undefined;
  readonly lastTickAt: UnixNanos | undefined;
  /** End of the step that is being gathered; undefined before the first tick, and always for bars that are not of fixed times. */
  readonly stepEndsAt: UnixNanos | undefined;
  /** Ticks of later steps, in the order of their arrival. */
  readonly held: readonly Tick[];
  /** Bars that close a nanosecond or so after what the clock allows to be told. */
  readonly closed: readonly Bar[];
  readonly chunks: ChunkGathererState;
  readonly faults: FaultTallyState;
  /** In the order of the plan's symbols. */
  readonly symbols: readonly SymbolAssemblyState[];
}

/**
 * Turns ticks in the order of their arrival into what market-data publishes. Knows no clock and draws no number: the same calls give the same
 * parts. Steps are numbered from 0.
 */
export interface StepAssembler {
  /** Takes ticks in. Throws RangeError for a symbol that is not in the plan, and when the clock is `TOLD` but has not been told yet. */
  accept(ticks: readonly Tick[]): readonly AssembledPart[];
  /** Says what time it is. An earlier time than before changes nothing. */
  advanceTo(time: UnixNanos): readonly AssembledPart[];
  /**
   * The feed has ended: tells everything up to the end of the step that holds the last tick. Ticks after the last bar that is not of a fixed
   * time are told without a step of their own.
   */
  finish(): readonly AssembledPart[];
  save(): StepAssemblerState;
}

const byCloseThenSymbol = (left: Bar, right: Bar): number => {
  if (left.closeTime !== right.closeTime) return left.closeTime < right.closeTime ? -1 : 1;
  return left.symbol < right.symbol ? -1 : 1;
};

class Assembly implements StepAssembler {
  readonly #plan: StepAssemblyPlan;
  readonly #grace: bigint;
  readonly #ahead: bigint;
  readonly #members: ReadonlyMap<Symbol, SymbolAssembly>;
  /** Undefined for bars that end with a trade, not at a time. */
  readonly #times: StepTimes | undefined;
  /** Of each kind of hours. */
  readonly #ends: readonly SessionEnd[];
  readonly #chunks: ChunkGatherer;
  readonly #faults: FaultTally;
  readonly #tooEarly: TickFinding;
  #step: number;
  #clock: UnixNanos | undefined;
  #lastTickAt: UnixNanos | undefined;
  #stepEndsAt: UnixNanos | undefined;
  /** When the ticks of the step have come, but for the grace. */
  #stepDueAt: UnixNanos | undefined;
  #held: Tick[];
  #closed: Bar[];

  constructor(plan: StepAssemblyPlan, state: StepAssemblerState | undefined) {
    const rule = parseBarInterval(plan.interval);
    if (!rule.ok) throw new RangeError(`bar interval '${plan.interval}' must be ${rule.error.rule}`);
    this.#plan = plan;
    this.#grace = BigInt(plan.graceMs) * NANOS_PER_MILLI;
    this.#ahead = BigInt(plan.aheadMsMax) * NANOS_PER_MILLI;
    const closingMs = plan.closingMs ?? 0;
    const hours = [...new Map(plan.symbols.map((symbol) => [`${symbol.hours.calendar.name}/${symbol.hours.kind}`, symbol.hours])).values()];
    this.#ends = hours.map((some) => new SessionEnd(some, closingMs));
    this.#times = rule.value.kind === 'time' ? new StepTimes(hours, rule.value, closingMs) : undefined;
    this.#members = new Map(plan.symbols.map((symbol, index) => [symbol.symbol, new SymbolAssembly(symbol, plan, state?.symbols[index])]));
    this.#chunks = new ChunkGatherer(plan, state?.chunks);
    this.#faults = new FaultTally(plan.source, state?.faults);
    const limit = `a tick must not be ${plan.aheadMsMax} ms ahead of the clock`;
    this.#tooEarly = { code: 'TICK_AHEAD', field: 'at', rule: limit, dropped: true, penalty: 1 };
    this.#step = state?.step ?? 0;
    this.#clock = state?.clock;
    this.#lastTickAt = state?.lastTickAt;
    this.#setStepEnd(state?.stepEndsAt);
    this.#held = [...(state?.held ?? [])];
    this.#closed = [...(state?.closed ?? [])];
  }

  accept(ticks: readonly Tick[]): readonly AssembledPart[] {
    const parts: AssembledPart[] = [];
    for (const tick of ticks) this.#acceptOne(tick, parts);
    return parts;
  }

  advanceTo(time: UnixNanos): readonly AssembledPart[] {
    const parts: AssembledPart[] = [];
    this.#advance(time, parts);
    return parts;
  }

  finish(): readonly AssembledPart[] {
    const last = this.#lastTickAt;
    if (last === undefined) return [];
    const ends =
      this.#times?.after(last) ??
      [...this.#members.values()]
        .map(({ symbol: { hours } }) => hours.spanEndingAfter(last).closeTime)
        .reduce((left, right) => (left > right ? left : right));
    const parts: AssembledPart[] = [];
    const closing = BigInt(this.#plan.closingMs ?? 0) * NANOS_PER_MILLI;
    this.#advance((ends + closing + this.#grace) as UnixNanos, parts);
    this.#chunks.tellRest(this.#step, parts);
    return parts;
  }

  save(): StepAssemblerState {
    return {
      step: this.#step,
      clock: this.#clock,
      lastTickAt: this.#lastTickAt,
      stepEndsAt: this.#stepEndsAt,
      held: [...this.#held],
      closed: [...this.#closed],
      chunks: this.#chunks.save(),
      faults: this.#faults.save(),
      symbols: [...this.#members.values()].map((member) => member.save()),
    };
  }

  #acceptOne(tick: Tick, parts: AssembledPart[]): void {
    const member = this.#members.get(tick.symbol);
    if (member === undefined) throw new RangeError(`symbol '${tick.symbol}' is not in the plan`);
    if (this.#plan.clock === 'EVENTS') this.#advance(tick.at, parts);
    const clock = this.#clock;
    if (clock === undefined) throw new RangeError('the assembler must be told the time before the first tick');
    if (this.#plan.clock === 'TOLD' && tick.at > clock + this.#ahead) {
      member.refuse(tick, this.#tooEarly, this.#faults);
      return;
    }
    if (!member.take(tick, this.#faults)) return;
    const at = member.timeOf(tick);
    if (this.#lastTickAt === undefined || at > this.#lastTickAt) this.#lastTickAt = at;
    if (this.#belongsToStep(at, clock)) this.#chunks.put(tick, this.#step, clock, parts);
    else this.#held.push(tick);
  }

  /** Where steps end with trades, a tick's step is known only when all ticks before it have come. */
  #belongsToStep(at: UnixNanos, clock: UnixNanos): boolean {
    return at < (this.#stepEndsAt ?? this.#completeUntil((clock - this.#grace) as UnixNanos));
  }

  #advance(time: UnixNanos, parts: AssembledPart[]): void {
    if (this.#clock !== undefined && time <= this.#clock) return;
    if (this.#clock === undefined) this.#setStepEnd(this.#times?.after(time));
    this.#clock = time;
    const until = (time - this.#grace) as UnixNanos;
    if (this.#times === undefined) this.#endCountedSteps(until, parts);
    else while (this.#stepDueAt !== undefined && this.#stepDueAt <= until) this.#endTimedStep(this.#stepEndsAt!, this.#times, parts);
    this.#chunks.tellDue(time, this.#step, parts);
  }

  #setStepEnd(at: UnixNanos | undefined): void {
    this.#stepEndsAt = at;
    this.#stepDueAt = at === undefined ? undefined : this.#times?.dueOf(at);
  }

  #completeUntil(time: UnixNanos): UnixNanos {
    return this.#ends.map((ends) => ends.completeUntil(time)).reduce((least, until) => (until < least ? until : least));
  }

  #endTimedStep(at: UnixNanos, times: StepTimes, parts: AssembledPart[]): void {
    const bars = [...this.#members.values()].flatMap((member) => member.endStep(at, this.#grace));
    this.#tellStep(at, bars.sort(byCloseThenSymbol), parts);
    const next = times.after(at);
    this.#setStepEnd(next);
    this.#release((tick) => tick.at < next, parts);
  }

  #endCountedSteps(time: UnixNanos, parts: AssembledPart[]): void {
    const clock = (time + this.#grace) as UnixNanos;
    // Steps are told in their order: while one exchange's closing prints may come, those after its close wait.
    const until = this.#completeUntil(time);
    for (const member of this.#members.values()) this.#closed.push(...member.advanceTo(clock));
    if (this.#closed.length > 1) this.#closed.sort(byCloseThenSymbol);
    while (this.#closed.length > 0 && this.#closed[0]!.closeTime <= until) {
      const at = this.#closed[0]!.closeTime;
      const bars = this.#closed.filter((bar) => bar.closeTime === at);
      this.#closed.splice(0, bars.length);
      this.#release((tick) => tick.at <= at, parts);
      this.#tellStep(at, bars, parts);
    }
    this.#release((tick) => tick.at < until, parts);
  }

  #tellStep(at: UnixNanos, bars: readonly Bar[], parts: AssembledPart[]): void {
    this.#chunks.endStep(this.#step, parts);
    const lowQuality = [...this.#members.values()]
      .map((member) => member.lowQualityAt(at, this.#faults))
      .filter((quality) => quality !== undefined)
      .sort((left, right) => (left.symbol < right.symbol ? -1 : 1));
    parts.push({ kind: 'step', step: this.#step, at, bars, faults: this.#faults.tell(at), lowQuality });
    this.#step += 1;
  }

  #release(belongs: (tick: Tick) => boolean, parts: AssembledPart[]): void {
    if (this.#held.length === 0) return;
    const later: Tick[] = [];
    for (const tick of this.#held) {
      if (belongs(tick)) this.#chunks.put(tick, this.#step, this.#clock!, parts);
      else later.push(tick);
    }
    this.#held = later;
  }
}

/** Starts empty, or where `state` left off. Throws RangeError for an interval or a state that does not fit the plan. */
export const stepAssembler = (plan: StepAssemblyPlan, state?: StepAssemblerState): StepAssembler => new Assembly(plan, state);
