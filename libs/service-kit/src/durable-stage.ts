import { VersionConflictError } from '@tradewind/database';
import type { EventLike, OutboxRowLike, OutgoingMessageLike, UnitOfWork } from '@tradewind/database';
import { Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

/** What a stage decided on one step: its next state, the facts that led there, the messages that tell others. */
export interface StageDecision<S, R> {
  readonly state: S;
  readonly events: readonly EventLike[];
  readonly outbox: readonly OutgoingMessageLike[];
  /** Handed back to the caller once committed. */
  readonly result: R;
}

export type StageOutcome<R> = { readonly status: 'committed'; readonly result: R } | { readonly status: 'duplicate' };

export interface DurableStageOptions<S> {
  /** Name of the aggregate row and of the inbox. One per stage, for ever. */
  readonly name: string;
  readonly initialState: () => S;
  /** For a large state of which little changes at once: a `createStateText()` of its own. */
  readonly stateText?: (state: S) => string;
  readonly unitOfWork: UnitOfWork;
  /** Takes the committed rows at once; what it misses it finds in the table. */
  readonly relay: { offer(rows: readonly OutboxRowLike[]): void };
  readonly registry: Registry;
}

/** Each conflict means that another instance made progress; so many in a row mean that something is badly wrong. */
const CONFLICTS_MAX = 16;

const stageMetrics = (registry: Registry) => ({
  seconds:
    existing<Histogram<'stage' | 'status'>>(registry, 'tw_stage_seconds') ??
    new Histogram({
      name: 'tw_stage_seconds',
      help: 'Time to decide and commit one step',
      labelNames: ['stage', 'status'],
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers: [registry],
    }),
  version:
    existing<Gauge<'stage'>>(registry, 'tw_stage_version') ??
    new Gauge({
      name: 'tw_stage_version',
      help: 'Version of the saved state: how many steps were committed',
      labelNames: ['stage'],
      registers: [registry],
    }),
});

/** Several stages of one process share a metric. */
const existing = <M>(registry: Registry, name: string): M | undefined => registry.getSingleMetric(name) as M | undefined;

/**
 * A durable stage: keeps the state in memory, decides on it, and commits decision and state in one statement. Calls run one after another.
 * A message that was handled before changes nothing. When another instance committed first, the state is loaded and the decision made again, so
 * `decide` must be pure. A commit whose answer was lost shows itself on the next try, as a duplicate or a conflict.
 */
export class DurableStage<S> {
  private readonly metrics: ReturnType<typeof stageMetrics>;
  private tail: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly options: DurableStageOptions<S>,
    private current: { readonly version: number; readonly state: S },
  ) {
    this.metrics = stageMetrics(options.registry);
    this.metrics.version.set({ stage: options.name }, current.version);
  }

  /** Loads the saved state. Rejects with what the database throws. */
  static async open<S>(options: DurableStageOptions<S>): Promise<DurableStage<S>> {
    return new DurableStage(options, await DurableStage.saved(options));
  }

  private static async saved<S>(options: DurableStageOptions<S>): Promise<{ version: number; state: S }> {
    return (await options.unitOfWork.load<S>(options.name)) ?? { version: 0, state: options.initialState() };
  }

  /** The state last known to be committed. Never change it in place. */
  get state(): S {
    return this.current.state;
  }

  /** How many changes were ever committed. */
  get version(): number {
    return this.current.version;
  }

  /**
   * Decides and commits. Resolves once it is on disk. Rejects with what `decide` throws (nothing written) and with what the database throws
   * (`isDatabaseAway` tells whether to call again).
   */
  run<R>(messageIds: readonly string[], decide: (state: S) => StageDecision<S, R>): Promise<StageOutcome<R>> {
    const outcome = this.tail.then(() => this.settle(messageIds, decide));
    this.tail = outcome.catch(() => undefined);
    return outcome;
  }

  /** Loads what is saved, after whatever is under way: what this instance remembers from before it took over may be old. */
  refresh(): Promise<void> {
    const done = this.tail.then(() => this.reload());
    this.tail = done.catch(() => undefined);
    return done;
  }

  private async settle<R>(messageIds: readonly string[], decide: (state: S) => StageDecision<S, R>): Promise<StageOutcome<R>> {
    const stop = this.metrics.seconds.startTimer({ stage: this.options.name });
    for (let conflicts = 0; ; conflicts += 1) {
      try {
        const outcome = await this.attempt(messageIds, decide(this.current.state));
        stop({ status: outcome.status });
        return outcome;
      } catch (error) {
        if (!(error instanceof VersionConflictError) || conflicts === CONFLICTS_MAX) throw error;
        await this.reload();
      }
    }
  }

  private async attempt<R>(messageIds: readonly string[], decision: StageDecision<S, R>): Promise<StageOutcome<R>> {
    const { name, unitOfWork, relay, stateText } = this.options;
    const { version } = this.current;
    const commit = await unitOfWork.commit({
      consumer: name,
      messageIds,
      aggregate: {
        name,
        expectedVersion: version,
        state: decision.state,
        ...(stateText !== undefined && { text: stateText(decision.state) }),
      },
      events: decision.events,
      outbox: decision.outbox,
    });
    if (commit.status === 'duplicate') {
      await this.reload();
      return { status: 'duplicate' };
    }
    this.remember({ version: version + 1, state: decision.state });
    relay.offer(commit.outbox);
    return { status: 'committed', result: decision.result };
  }

  private async reload(): Promise<void> {
    this.remember(await DurableStage.saved(this.options));
  }

  private remember(next: { readonly version: number; readonly state: S }): void {
    this.current = next;
    this.metrics.version.set({ stage: this.options.name }, next.version);
  }
}
