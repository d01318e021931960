import type { UnixNanos } from './time.js';

/**
 * A step is one instant at which bars close. Every fact of one step and partition travels as one batch, and the batch is
 * its own watermark: when it arrives, the sender has said all it has to say about that step.
 */
export interface StepHeader {
  /** Unique message id, derived from content, never random: `<type>/<run>/<step>/<partition>`. */
  readonly id: string;
  /** The run (a replay or a live session) that the step belongs to. */
  readonly run: string;
  /** 0, 1, 2 … without gaps inside a run. */
  readonly step: number;
  readonly partition: number;
  /** Event time: the close of the step's bars. */
  readonly at: UnixNanos;
  /** Ids of the messages this batch was computed from. */
  readonly causes: readonly string[];
  /** Inputs that were missing when the batch was made, e.g. `analysis`. Empty in a lock-step replay. */
  readonly degraded: readonly string[];
}

/** A step's messages differ in type alone: the rest of their ids is made once for all of them. */
let last = { run: '', step: -1, partition: -1, suffix: '' };

/** `<type>/<run>/<step>/<partition>`. */
export const stepMessageId = (type: string, run: string, step: number, partition: number): string => {
  if (last.step !== step || last.partition !== partition || last.run !== run)
    last = { run, step, partition, suffix: `/${run}/${step}/${partition}` };
  return type + last.suffix;
};

/** The header of a batch that answers `input`, of another type. */
export const answerHeader = (
  type: string,
  input: StepHeader,
  causes: readonly string[] = [input.id],
  degraded: readonly string[] = input.degraded,
): StepHeader => ({
  id: stepMessageId(type, input.run, input.step, input.partition),
  run: input.run,
  step: input.step,
  partition: input.partition,
  at: input.at,
  causes,
  degraded,
});
