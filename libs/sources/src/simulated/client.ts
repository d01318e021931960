import { SimulatedVenue, type SimulatedVenueSettings, type Tick } from '@tradewind/market';
import type { UnixNanos } from '@tradewind/vocabulary';

import { type LiveKind, type LiveRequest, type LiveSession, type LiveSink, type SourceEnvironment, SourceError } from '../source.js';

/** Events performed before others get their turn: about five milliseconds' worth. */
const EVENTS_PER_TURN = 5_000;

const KIND_OF: Readonly<Record<Tick['kind'], LiveKind>> = {
  trade: 'trades',
  quote: 'quotes',
  'book-snapshot': 'book',
  'book-delta': 'book',
};

export interface PacedVenueOptions {
  readonly name: string;
  readonly venue: SimulatedVenueSettings;
  readonly request: LiveRequest;
  readonly lookMs: number;
}

/**
 * Plays the simulated venue by the clock: an event is told once its time has come. A session that begins after the venue first runs it in silence up to
 * now, so that all sessions see one market. When more happens than can be told, the times of the events fall behind the clock; nothing is left out.
 */
export class PacedVenue implements LiveSession {
  private readonly stopped = new AbortController();
  private readonly venue: SimulatedVenue;
  private readonly kinds: ReadonlySet<LiveKind>;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: PacedVenueOptions,
    private readonly environment: SourceEnvironment,
    private readonly sink: LiveSink,
  ) {
    this.venue = new SimulatedVenue(options.venue);
    this.kinds = new Set(options.request.kinds);
  }

  /** Resolves when the venue has reached the present and its books are told. */
  async begin(): Promise<void> {
    const { signal } = this.stopped;
    const from = this.environment.clock.now();
    while (this.perform(from, () => undefined)) await this.environment.pause(1, signal);
    this.sink.status({ kind: 'UP' });
    if (this.kinds.has('book'))
      for (const symbol of new Set(this.options.request.symbols)) this.sink.tick(this.venue.snapshot(symbol, from));
    this.running = this.run();
  }

  async close(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    const tell = (tick: Tick): void => {
      if (this.kinds.has(KIND_OF[tick.kind])) this.sink.tick(tick);
    };
    try {
      for (;;) {
        const behind = this.perform(this.environment.clock.now(), tell);
        await this.environment.pause(behind ? 1 : this.options.lookMs, signal);
      }
    } catch (error) {
      if (signal.aborted) return;
      const { name } = this.options;
      this.sink.status({
        kind: 'DOWN',
        error: error instanceof SourceError ? error : new SourceError('UNAVAILABLE', name, 'the simulation has failed', { cause: error }),
      });
    }
  }

  /** Performs what is due, as much as one turn holds. True when more is due. */
  private perform(until: UnixNanos, tell: (tick: Tick) => void): boolean {
    const { venue } = this;
    const { signal } = this.stopped;
    for (let events = 0; venue.nextAt <= until; events += 1) {
      if (events === EVENTS_PER_TURN) return true;
      for (const tick of venue.step()) {
        // Whoever hears a tick may close the session.
        if (signal.aborted) throw new SourceError('ABORTED', this.options.name, 'the session was closed');
        tell(tick);
      }
    }
    return false;
  }
}
