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
  /** Inputs by source name, in partition order; a source in `degraded` sent nothing or not everything. */
  readonly process: (step: number, inputs: ReadonlyMap<string, readonly T[]>, degraded: readonly string[]) => Promise<void>;
}

/** Brings the messages of one step from several sources together. */
export declare class StepJoin<T> {
  constructor(options: StepJoinOptions<T>);
  /** Settles when the step that this input belongs to is processed; rejects when processing failed. */
  offer(source: string, partition: number, step: number, payload: T): Promise<void>;
}
