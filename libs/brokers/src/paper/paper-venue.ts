import type { Bar, Tick } from '@tradewind/market';
import {
  type SessionPhase,
  SimulatedVenue,
  type SimulatedVenueSettings,
  type TradingHalt,
  type VenueAnswer,
  type VenueReport,
} from '@tradewind/venue';
import type { Clock, Price, UnixNanos } from '@tradewind/vocabulary';

/** Who hears what the venue reports. */
export type PaperListener = (report: VenueReport) => void;

/**
 * A simulated venue that several sessions share. It has no market of its own: whoever runs it tells it what trades and what is offered, by the clock that it
 * was given, and every session hears what follows.
 */
export class PaperVenue {
  readonly venue: SimulatedVenue;
  private readonly listeners = new Set<PaperListener>();

  constructor(
    settings: SimulatedVenueSettings,
    readonly clock: Clock,
  ) {
    this.venue = SimulatedVenue.open(settings);
  }

  onTick(tick: Tick): void {
    this.tell(this.venue.onTick(tick));
  }
  onBar(bar: Bar): void {
    this.tell(this.venue.onBar(bar));
  }
  /** `prices` are those of the auctions, by symbol. */
  onSession(phase: SessionPhase, at: UnixNanos, prices: Readonly<Record<string, Price>> = {}): void {
    this.tell(this.venue.onSession(phase, at, prices));
  }
  onHalt(halt: TradingHalt): void {
    this.tell(this.venue.onHalt(halt));
  }
  onResume(halt: TradingHalt): void {
    this.tell(this.venue.onResume(halt));
  }
  /** Lets time pass: with a model of latency, requests on their way arrive. */
  advance(at: UnixNanos): void {
    this.tell(this.venue.advance(at));
  }

  /** Carries out a request now, tells what came of it, and gives the answer. */
  request(act: (venue: SimulatedVenue, at: UnixNanos) => VenueAnswer): VenueAnswer {
    const answer = act(this.venue, this.clock.now());
    this.tell(answer.reports);
    return answer;
  }

  listen(listener: PaperListener): void {
    this.listeners.add(listener);
  }
  leave(listener: PaperListener): void {
    this.listeners.delete(listener);
  }
  /** Sessions that are connected. */
  get sessions(): number {
    return this.listeners.size;
  }

  private tell(reports: readonly VenueReport[]): void {
    for (const report of reports) for (const listener of this.listeners) listener(report);
  }
}
