export interface JoinSource {
  readonly name: string;
  /** A step waits for a required source for ever; for an optional one at most `maxWaitMs`. */
  readonly required: boolean;
  /** How many partitions this source sends per step; the join's own number without it. */
  readonly partitions?: number;
}

export interface StepJoinOptions<T> {
  readonly sources: readonly JoinSource[];
  readonly partitions: number;
  /** The last step whose effects are committed; inputs up to it are duplicates. */
  readonly lastDone: () => number;
  /** How long a step whose required inputs are there waits for the optional ones; for ever without it. */
  readonly maxWaitMs?: number;
  /** Inputs by source name, in partition order; a source in `degraded` sent nothing (no entry) or not everything (fewer). */
  readonly process: (step: number, inputs: ReadonlyMap<string, readonly T[]>, degraded: readonly string[]) => Promise<void>;
}

interface Waiting<T> {
  readonly inputs: ReadonlyMap<string, Map<number, T>>;
  readonly settled: PromiseWithResolvers<void>;
  timer: NodeJS.Timeout | undefined;
  isOverdue: boolean;
}

/**
 * Brings the messages of one step from several sources together. It keeps no acknowledgement of its own: whoever offers an input waits
 * for the step, so an input is settled only when the step is. Steps are processed one at a time, lowest first.
 */
export class StepJoin<T> {
  readonly #options: StepJoinOptions<T>;
  readonly #partitionsBySource: ReadonlyMap<string, number>;
  readonly #waiting = new Map<number, Waiting<T>>();
  #isProcessing = false;

  constructor(options: StepJoinOptions<T>) {
    if (options.sources.length === 0) throw new RangeError('a join needs a source');
    this.#options = options;
    this.#partitionsBySource = new Map(options.sources.map(({ name, partitions }) => [name, partitions ?? options.partitions]));
  }

  /**
   * Settles when the step that this input belongs to is processed; rejects with what `process` threw, and then the input must be
   * offered again. A step that is done resolves at once; an input that is already there waits along. Throws RangeError on an unknown
   * source or partition.
   */
  async offer(source: string, partition: number, step: number, payload: T): Promise<void> {
    const partitions = this.#partitionsBySource.get(source);
    if (partitions === undefined) throw new RangeError(`the join has no source ${source}`);
    if (!Number.isInteger(partition) || partition < 0 || partition >= partitions)
      throw new RangeError(`${source} has no partition ${partition}`);
    if (step <= this.#options.lastDone()) return;
    const waiting = this.#waitingFor(step);
    const received = waiting.inputs.get(source);
    if (received !== undefined && !received.has(partition)) received.set(partition, payload);
    this.#armTimer(step, waiting);
    void this.#processReady();
    await waiting.settled.promise;
  }

  /** Steps that wait for inputs, lowest first. */
  get pendingSteps(): readonly number[] {
    return [...this.#waiting.keys()].sort((left, right) => left - right);
  }

  #waitingFor(step: number): Waiting<T> {
    const existing = this.#waiting.get(step);
    if (existing !== undefined) return existing;
    const created: Waiting<T> = {
      inputs: new Map([...this.#partitionsBySource.keys()].map((name) => [name, new Map<number, T>()])),
      settled: Promise.withResolvers<void>(),
      timer: undefined,
      isOverdue: false,
    };
    // The offers await it; this one only keeps a rejection from being reported as unhandled when none is left.
    created.settled.promise.catch(() => undefined);
    this.#waiting.set(step, created);
    return created;
  }

  #missing(waiting: Waiting<T>, required: boolean): readonly string[] {
    return this.#options.sources
      .filter(
        (source) => source.required === required && waiting.inputs.get(source.name)?.size !== this.#partitionsBySource.get(source.name),
      )
      .map(({ name }) => name);
  }

  #armTimer(step: number, waiting: Waiting<T>): void {
    const { maxWaitMs } = this.#options;
    if (maxWaitMs === undefined || waiting.timer !== undefined || this.#missing(waiting, true).length > 0) return;
    waiting.timer = setTimeout(() => {
      waiting.isOverdue = true;
      if (this.#waiting.get(step) === waiting) void this.#processReady();
    }, maxWaitMs);
  }

  #nextReady(): number | undefined {
    for (const step of this.pendingSteps) {
      const waiting = this.#waiting.get(step);
      if (waiting === undefined || this.#missing(waiting, true).length > 0) continue;
      if (waiting.isOverdue || this.#missing(waiting, false).length === 0) return step;
    }
    return undefined;
  }

  async #processReady(): Promise<void> {
    if (this.#isProcessing) return;
    this.#isProcessing = true;
    try {
      for (let step = this.#nextReady(); step !== undefined; step = this.#nextReady()) await this.#processOne(step);
    } finally {
      this.#isProcessing = false;
    }
  }

  async #processOne(step: number): Promise<void> {
    const waiting = this.#waiting.get(step);
    if (waiting === undefined) return;
    try {
      if (step > this.#options.lastDone()) await this.#options.process(step, this.#inputsOf(waiting), this.#missing(waiting, false));
      waiting.settled.resolve();
    } catch (error) {
      waiting.settled.reject(error);
    } finally {
      clearTimeout(waiting.timer);
      this.#waiting.delete(step);
    }
  }

  #inputsOf(waiting: Waiting<T>): ReadonlyMap<string, readonly T[]> {
    const inputs = new Map<string, readonly T[]>();
    for (const [name, received] of waiting.inputs) {
      if (received.size > 0)
        inputs.set(
          name,
          [...received].sort(([left], [right]) => left - right).map(([, payload]) => payload),
        );
    }
    return inputs;
  }
}
