import { isoFromNanos, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import type { QualityFault } from '../fault.js';
import type { TickFinding } from '../quality/ticks/tick-policy.js';

/** What one symbol's ticks were found to be since the step before; plain data. */
interface TalliedFault {
  readonly symbol: Symbol;
  readonly code: string;
  readonly field: string;
  readonly rule: string;
  readonly dropped: boolean;
  readonly firstAt: UnixNanos;
  readonly count: number;
}

export type FaultTallyState = readonly TalliedFault[];

/** Counts faults by symbol and code, so that a feed gone wrong makes one fault a step and not a million. */
export class FaultTally {
  readonly #source: string;
  #faults: Map<string, TalliedFault>;

  constructor(source: string, state: FaultTallyState = []) {
    this.#source = source;
    this.#faults = new Map(state.map((fault) => [`${fault.symbol}/${fault.code}`, fault]));
  }

  add(symbol: Symbol, at: UnixNanos, finding: TickFinding): void {
    const key = `${symbol}/${finding.code}`;
    const known = this.#faults.get(key);
    if (known !== undefined) this.#faults.set(key, { ...known, count: known.count + 1 });
    else {
      const { code, field, rule, dropped } = finding;
      this.#faults.set(key, { symbol, code, field, rule, dropped, firstAt: at, count: 1 });
    }
  }

  /** The faults told with a step, sorted by symbol and code; the tally begins anew. */
  tell(stepAt: UnixNanos): readonly QualityFault[] {
    if (this.#faults.size === 0) return NONE;
    const told = [...this.#faults].sort(([left], [right]) => (left < right ? -1 : 1));
    this.#faults = new Map();
    return told.map(([key, { symbol, code, field, rule, dropped, firstAt, count }]) => ({
      id: `qf/tick/${key.slice(0, -code.length)}${isoFromNanos(stepAt)}/${code}`,
      symbol,
      at: firstAt,
      code,
      field,
      rule: count === 1 ? rule : `${rule} (${count} times)`,
      source: this.#source,
      dropped,
    }));
  }

  save(): FaultTallyState {
    return [...this.#faults.values()];
  }
}

const NONE: readonly QualityFault[] = [];
