import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { BookSnapshot, Tick } from '../tick.js';
import { AAPL_FLOW } from './aapl-flow.js';
import type { FlowParameters } from './flow-parameters.js';
import { OrderFlow, type SimulatedInstrument } from './order-flow.js';

export interface SimulatedVenueSettings {
  readonly seed: string;
  readonly instruments: readonly SimulatedInstrument[];
  /** Event time of the start. */
  readonly startAt: UnixNanos;
  /** Order flow of all instruments; AAPL's of LOBSTER unless told. */
  readonly flow?: FlowParameters;
}

/** Instruments beyond this many are refused: each step looks for the earliest of all. */
const INSTRUMENTS_MAX = 512;

/**
 * A venue that no market moves: seeded order flow through real books by order. Everything it says must be labelled as simulated. The same settings give
 * the same ticks, at whatever pace they are taken.
 */
export class SimulatedVenue {
  private readonly flows: readonly OrderFlow[];
  private readonly startAt: bigint;

  constructor(settings: SimulatedVenueSettings) {
    const { instruments, flow = AAPL_FLOW } = settings;
    if (instruments.length === 0 || instruments.length > INSTRUMENTS_MAX)
      throw new RangeError(`a simulated venue has 1 to ${INSTRUMENTS_MAX} instruments, not ${instruments.length}`);
    if (new Set(instruments.map(({ symbol }) => symbol)).size < instruments.length) throw new RangeError('each symbol may be named once');
    this.flows = instruments.map((instrument) => new OrderFlow(instrument, flow, settings.seed));
    this.startAt = settings.startAt;
  }

  /** Event time of what `step` performs. */
  get nextAt(): UnixNanos {
    return (this.startAt + this.earliest().nextAt) as UnixNanos;
  }

  /** Performs the next event of all instruments and returns its ticks: trades, the change of the book, the best quote. */
  step(): readonly Tick[] {
    const flow = this.earliest();
    return flow.step((this.startAt + flow.nextAt) as UnixNanos);
  }

  /** The book of an instrument as it stands, at most `levels` deep; the deltas of the steps that follow apply to it. Throws RangeError on an unknown symbol. */
  snapshot(symbol: Symbol, at: UnixNanos, levels = Infinity): BookSnapshot {
    const flow = this.flows.find((one) => one.symbol === symbol);
    if (flow === undefined) throw new RangeError(`the simulated venue has no ${symbol}`);
    return flow.snapshot(at, levels);
  }

  private earliest(): OrderFlow {
    let earliest = this.flows[0]!;
    let at = earliest.nextSeconds;
    for (let index = 1; index < this.flows.length; index += 1) {
      const other = this.flows[index]!.nextSeconds;
      if (other >= at) continue;
      earliest = this.flows[index]!;
      at = other;
    }
    return earliest;
  }
}
