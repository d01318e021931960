import { failed, type Result, succeeded } from '@tradewind/vocabulary';

/** `lockstep`: a step is released when the whole pipeline has finished the one before. `paced`: by the clock, whatever the pipeline does. */
export type ReplayMode = 'lockstep' | 'paced';

export interface ReplayRun {
  readonly run: string;
  readonly dataset: string;
  readonly digest: string;
  readonly mode: ReplayMode;
  readonly paceMs: number;
  /** How many steps the run has. */
  readonly steps: number;
  /** Steps that were published: 0 … released - 1. */
  readonly released: number;
  /** Steps that the whole pipeline has finished: 0 … finished - 1. */
  readonly finished: number;
}

export type Replay = { readonly status: 'IDLE' } | ({ readonly status: 'RUNNING' | 'DONE' } & ReplayRun);

export interface ReplayRequest {
  readonly run: string;
  readonly mode: ReplayMode;
  readonly paceMs: number;
  /** Steps at most; all of the dataset's when 0. */
  readonly stepLimit: number;
}

export interface ReplayData {
  readonly name: string;
  readonly digest: string;
  readonly steps: number;
}

export type ReplayRefusal =
  | { readonly code: 'RUN_NAME_INVALID'; readonly run: string }
  | { readonly code: 'DATASET_EMPTY' }
  | { readonly code: 'REPLAY_RUNNING'; readonly run: string }
  | { readonly code: 'DATASET_CHANGED'; readonly run: string };

const RUN_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

export const NO_REPLAY: Replay = { status: 'IDLE' };

const statusOf = ({ released, finished, steps }: ReplayRun): 'RUNNING' | 'DONE' =>
  released >= steps && finished >= steps ? 'DONE' : 'RUNNING';
const progressed = (replay: ReplayRun): Replay => ({ ...replay, status: statusOf(replay) });

/** A replay as it was saved. */
export const savedReplay = (run: ReplayRun): Replay => progressed(run);

/**
 * Begins a run, or goes on with it when it is the current one (`resumed`). Refuses another run while one is going, and a run whose data
 * changed under it.
 */
export const startReplay = (
  replay: Replay,
  request: ReplayRequest,
  data: ReplayData,
): Result<{ readonly replay: Replay; readonly resumed: boolean }, ReplayRefusal> => {
  if (!RUN_PATTERN.test(request.run)) return failed({ code: 'RUN_NAME_INVALID', run: request.run });
  if (data.steps === 0) return failed({ code: 'DATASET_EMPTY' });
  if (replay.status !== 'IDLE' && replay.run === request.run) {
    if (replay.digest !== data.digest) return failed({ code: 'DATASET_CHANGED', run: replay.run });
    return succeeded({ replay, resumed: true });
  }
  if (replay.status === 'RUNNING') return failed({ code: 'REPLAY_RUNNING', run: replay.run });
  const steps = request.stepLimit === 0 ? data.steps : Math.min(request.stepLimit, data.steps);
  const { run, mode, paceMs } = request;
  return succeeded({
    replay: { status: 'RUNNING', run, dataset: data.name, digest: data.digest, mode, paceMs, steps, released: 0, finished: 0 },
    resumed: false,
  });
};

/** A step was published on all partitions. */
export const stepReleased = (replay: Replay, step: number): Replay =>
  replay.status === 'IDLE' || step < replay.released ? replay : progressed({ ...replay, released: step + 1 });

/** The end of a step came back from the end of the pipeline. It also proves that the step was released, whatever was saved of it. */
export const stepFinished = (replay: Replay, run: string, step: number): Replay => {
  if (replay.status === 'IDLE' || replay.run !== run || step < replay.finished || step >= replay.steps) return replay;
  return progressed({ ...replay, released: Math.max(replay.released, step + 1), finished: step + 1 });
};

/**
 * The step to publish next in lock-step: the first one that the pipeline has not finished. It may have been published before a crash; a
 * second time does no harm, for its ids are the same.
 */
export const nextInLockstep = (replay: Replay): number | undefined =>
  replay.status === 'RUNNING' && replay.mode === 'lockstep' && replay.finished < replay.steps ? replay.finished : undefined;

/** The step to publish at the next tick of the clock. Undefined when the data has ended. */
export const nextPaced = (replay: Replay): number | undefined =>
  replay.status === 'RUNNING' && replay.mode === 'paced' && replay.released < replay.steps ? replay.released : undefined;
