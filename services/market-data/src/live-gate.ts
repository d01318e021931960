import type { AssembledStep, Bar, QualityFault, SymbolQuality } from '@tradewind/market';
import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

/** A time in which ticks of a symbol were missed. */
interface Hole {
  readonly from: UnixNanos;
  readonly until: UnixNanos;
}

/** Code of the fault of a bar of whose time something was missed. */
export const INCOMPLETE_BAR = 'BAR_INCOMPLETE';
/** Code of the fault of a symbol whose feed is gone: told once an outage, with the first step that it spoils. */
export const FEED_DOWN = 'FEED_DOWN';
const NO_TRUST = 0;
/** Holes of one symbol that are remembered until their bars have closed. */
const HOLES_MAX = 64;

const overlaps = (bar: Bar, { from, until }: Hole): boolean => bar.openTime < until && bar.closeTime > from;

/**
 * Lets bars of a live feed pass that are whole: a bar of whose time something was missed (the service started in the middle of it, the feed was
 * down, or told a gap) would be a wrong bar that looks right. It is dropped with a fault, and its symbol is not to be traded on at that step.
 */
export class LiveGate {
  readonly #holes = new Map<Symbol, Hole[]>();
  /** Symbols whose book lost its thread and waits for a snapshot. */
  readonly #lostBooks = new Set<Symbol>();
  #downSince: UnixNanos | undefined;
  /** The present outage was told of, or the feed has not begun. */
  #outageTold = true;

  constructor(
    private readonly symbols: readonly Symbol[],
    private readonly source: string,
    startedAt: UnixNanos,
  ) {
    for (const symbol of symbols) this.gap(symbol, 0n as UnixNanos, startedAt);
    this.down(startedAt);
  }

  gap(symbol: Symbol, from: UnixNanos, until: UnixNanos): void {
    const holes = this.#holes.get(symbol) ?? [];
    holes.push({ from, until });
    if (holes.length > HOLES_MAX) holes.splice(0, 2, { from: holes[0]!.from, until: holes[1]!.until });
    this.#holes.set(symbol, holes);
  }

  down(at: UnixNanos): void {
    this.#downSince ??= at;
  }

  up(at: UnixNanos): void {
    if (this.#downSince === undefined) return;
    for (const symbol of this.symbols) this.gap(symbol, this.#downSince, at);
    this.#downSince = undefined;
    this.#outageTold = false;
  }

  bookLost(symbol: Symbol): void {
    this.#lostBooks.add(symbol);
  }

  bookFound(symbol: Symbol): void {
    this.#lostBooks.delete(symbol);
  }

  /** The step as it may be told. Call once a step, in their order. */
  judge(step: AssembledStep): AssembledStep {
    const bars: Bar[] = [];
    const faults: QualityFault[] = [...step.faults];
    const poor = new Map<Symbol, number>(step.lowQuality.map(({ symbol, score }) => [symbol, score]));
    for (const bar of step.bars) {
      if (!this.#isHoled(bar)) {
        bars.push(bar);
        continue;
      }
      poor.set(bar.symbol, NO_TRUST);
      faults.push(this.#fault(bar));
    }
    for (const symbol of this.#downSince === undefined ? this.#lostBooks : this.symbols) poor.set(symbol, NO_TRUST);
    if (this.#downSince !== undefined && !this.#outageTold && step.at > this.#downSince) {
      this.#outageTold = true;
      for (const symbol of this.symbols) faults.push(this.#outage(symbol, step.at));
    }
    this.#forget(step.at);
    const lowQuality: SymbolQuality[] = [...poor].map(([symbol, score]) => ({ symbol, score }));
    return { ...step, bars, faults, lowQuality: lowQuality.sort((left, right) => (left.symbol < right.symbol ? -1 : 1)) };
  }

  #isHoled(bar: Bar): boolean {
    if (this.#downSince !== undefined && bar.closeTime > this.#downSince) return true;
    return (this.#holes.get(bar.symbol) ?? []).some((hole) => overlaps(bar, hole));
  }

  #fault(bar: Bar): QualityFault {
    return {
      id: `qf/${bar.id}/${INCOMPLETE_BAR}`,
      symbol: bar.symbol,
      at: bar.closeTime,
      code: INCOMPLETE_BAR,
      field: 'openTime',
      rule: 'everything of the time of a bar must have been received',
      source: this.source,
      dropped: true,
    };
  }

  #outage(symbol: Symbol, at: UnixNanos): QualityFault {
    return {
      id: `qf/${this.source}/${symbol}/${at}/${FEED_DOWN}`,
      symbol,
      at,
      code: FEED_DOWN,
      field: 'source',
      rule: 'a source must give data while the market is open',
      source: this.source,
      dropped: false,
    };
  }

  #forget(at: UnixNanos): void {
    for (const [symbol, holes] of this.#holes) {
      const left = holes.filter(({ until }) => until > at);
      if (left.length === 0) this.#holes.delete(symbol);
      else this.#holes.set(symbol, left);
    }
  }
}
