import type { SimulatedVenueSettings } from '@tradewind/market';
import type { UnixNanos } from '@tradewind/vocabulary';

import {
  type LiveRequest,
  type LiveSession,
  type LiveSink,
  type MarketSource,
  type SourceCapabilities,
  type SourceEnvironment,
  SourceError,
} from '../source.js';
import { refusing, unsupported } from '../wire-values/request-checks.js';
import { PacedVenue } from './client.js';
import { instrumentOf } from './decode.js';
import type { SimulatedSettings } from './settings.js';

const NAME = 'simulated';
/** A session that would have to run the market through more events to reach the present begins a new one: this is about two seconds' worth. */
const CATCH_UP_EVENTS_MAX = 500_000;
/** Of one symbol at activity 1. */
const EVENTS_PER_SECOND = 25;
const NANOS_PER_SECOND = 1e9;

const CAPABILITIES: SourceCapabilities = { bars: [], ticks: [], live: ['trades', 'quotes', 'book'], records: [], simulated: true };

/** A live market that nobody trades in: for people without keys, and for load of any rate. What it says is labelled as simulated. */
export class SimulatedSource implements MarketSource {
  readonly name = NAME;
  readonly capabilities = CAPABILITIES;
  private readonly sessions = new Set<PacedVenue>();
  private startAt: UnixNanos | undefined;

  constructor(
    private readonly settings: SimulatedSettings,
    private readonly environment: SourceEnvironment,
  ) {}

  bars(): AsyncIterable<readonly never[]> {
    return refusing(unsupported(NAME, 'history of bars'));
  }

  ticks(): AsyncIterable<readonly never[]> {
    return refusing(unsupported(NAME, 'history of ticks'));
  }

  records(): AsyncIterable<readonly never[]> {
    return refusing(unsupported(NAME, 'records'));
  }

  async live(request: LiveRequest, sink: LiveSink): Promise<LiveSession> {
    const missing = request.kinds.find((kind) => !CAPABILITIES.live.includes(kind));
    if (missing !== undefined) throw unsupported(NAME, `live ${missing}`);
    if (request.symbols.length === 0)
      throw new SourceError('INVALID_REQUEST', NAME, 'no symbol is asked for', { field: 'symbols', rule: 'at least one' });
    const session = new PacedVenue(
      { name: NAME, venue: this.venueOf(request), request, lookMs: this.settings.lookMs },
      this.environment,
      sink,
    );
    this.sessions.add(session);
    const close = async (): Promise<void> => {
      this.sessions.delete(session);
      await session.close();
    };
    try {
      await session.begin();
    } catch (error) {
      await close();
      throw error;
    }
    return { close };
  }

  async close(): Promise<void> {
    await Promise.all([...this.sessions].map((session) => session.close()));
    this.sessions.clear();
  }

  private venueOf({ symbols }: LiveRequest): SimulatedVenueSettings {
    const now = this.environment.clock.now();
    const events = EVENTS_PER_SECOND * symbols.length * this.settings.activity;
    if (this.startAt === undefined || (Number(now - this.startAt) / NANOS_PER_SECOND) * events > CATCH_UP_EVENTS_MAX) {
      this.startAt = now;
      this.environment.log.info({ seed: this.settings.seed, symbols: symbols.length }, 'a simulated market begins');
    }
    const instruments = [...new Set(symbols)].map((symbol) => instrumentOf(symbol, this.settings));
    return { seed: this.settings.seed, instruments, startAt: this.startAt };
  }
}
