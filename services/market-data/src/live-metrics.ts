import { Counter, Gauge, type Registry } from 'prom-client';

/** Metrics of a live feed. */
export class LiveMetrics {
  readonly ticks: Counter;
  readonly samples: Counter;
  readonly unreadable: Counter;
  readonly ignoredBars: Counter;
  readonly droppedTicks: Counter;
  readonly bookEvents: Counter<'kind'>;
  readonly faults: Counter<'code'>;
  readonly records: Counter;
  readonly recordsWaiting: Gauge;
  readonly recorded: Counter<'what'>;
  readonly recordingDropped: Counter;
  readonly step: Gauge;
  readonly #failover: Counter<'kind'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.ticks = new Counter({ name: 'tw_feed_ticks_total', help: 'Ticks received from the active source', registers });
    this.samples = new Counter({ name: 'tw_feed_book_samples_total', help: 'Samples of books stored', registers });
    this.unreadable = new Counter({ name: 'tw_feed_unreadable_total', help: 'Messages of sources that could not be read', registers });
    this.ignoredBars = new Counter({
      name: 'tw_feed_source_bars_total',
      help: 'Bars of sources, not used: bars are made of ticks',
      registers,
    });
    this.droppedTicks = new Counter({
      name: 'tw_feed_dropped_ticks_total',
      help: 'Ticks given up because the bus was away too long',
      registers,
    });
    this.bookEvents = new Counter({
      name: 'tw_feed_book_events_total',
      help: 'Books lost, found again, crossed',
      labelNames: ['kind'],
      registers,
    });
    this.records = new Counter({
      name: 'tw_feed_records_total',
      help: 'Records told, by message: those of the whole market once a partition',
      registers,
    });
    this.recordsWaiting = new Gauge({ name: 'tw_feed_records_waiting', help: 'Records that wait for a step', registers });
    this.recorded = new Counter({
      name: 'tw_feed_recorded_total',
      help: 'Ticks and bars written into the catalogue',
      labelNames: ['what'],
      registers,
    });
    this.recordingDropped = new Counter({
      name: 'tw_feed_recording_dropped_ticks_total',
      help: 'Ticks that are missing from the recording, which could not be written for too long',
      registers,
    });
    this.faults = new Counter({
      name: 'tw_feed_faults_total',
      help: 'Findings about live data, by code; VOLATILITY_ALERT is a move of 5% within a minute',
      labelNames: ['code'],
      registers,
    });
    this.step = new Gauge({ name: 'tw_feed_step', help: 'Last step of the live run that is on the bus', registers });
    this.#failover = new Counter({ name: 'tw_feed_failover_total', help: 'What happened to the sources', labelNames: ['kind'], registers });
  }

  observe({ kind }: { readonly kind: string }): void {
    this.#failover.inc({ kind });
  }
}
