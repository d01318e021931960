import type { EventName } from '@tradewind/contracts';
import { decodeRpcRequest, encodeRpcResponse, wireCodec } from '@tradewind/wire';
import type { LastEvent } from '@tradewind/messaging';
import type { RecordsKnown } from '@tradewind/market';
import type { StepHeader, UnixNanos } from '@tradewind/vocabulary';

import type { Replay } from './replay.js';

export { wireCodec };
export const subscriptions: readonly EventName[] = ['orders.placed'];
export const START_REQUEST = 'market.replay-start';
export const STATUS_REQUEST = 'market.replay-status';

export interface StartRequest {
  readonly run: string;
  /** Empty: what the service's own mode suggests. */
  readonly mode: string;
  /** 0: the service's own pace. */
  readonly paceMs: number;
  readonly stepLimit: number;
}

export const decodeStart = (payload: Uint8Array): StartRequest => {
  const { run, mode, paceMs, stepLimit } = decodeRpcRequest(START_REQUEST, payload);
  return { run, mode, paceMs, stepLimit: Number(stepLimit) };
};

export const encodeStarted = (started: { readonly run: string; readonly steps: number; readonly resumed: boolean }): Uint8Array =>
  encodeRpcResponse(START_REQUEST, { run: started.run, steps: BigInt(started.steps), resumed: started.resumed });

export interface ReplayStatus {
  readonly replay: Replay;
  readonly bars: number;
  readonly faults: number;
  /** Event time of the last released step. */
  readonly at: UnixNanos;
}

/** An idle service answers with an empty run. */
export const encodeStatus = ({ replay, bars, faults, at }: ReplayStatus): Uint8Array =>
  encodeRpcResponse(
    STATUS_REQUEST,
    replay.status === 'IDLE'
      ? {}
      : {
          run: replay.run,
          mode: replay.mode,
          released: BigInt(replay.released),
          finished: BigInt(replay.finished),
          steps: BigInt(replay.steps),
          bars: BigInt(bars),
          atNs: at,
          done: replay.status === 'DONE',
          faults: BigInt(faults),
        },
  );

export interface FeedPlace {
  readonly step: number;
  /** Of ticks; 0 for bars. */
  readonly chunk: number;
  readonly at: UnixNanos;
}

/** Where a stored batch of bars or chunk of ticks stands in a run; undefined for none and for another run's. */
export const placeOf = (run: string, stored: LastEvent | undefined): FeedPlace | undefined => {
  if (stored === undefined) return undefined;
  const { header, chunk } = stored.decode() as { readonly header: StepHeader; readonly chunk?: number };
  return header.run === run ? { step: header.step, chunk: chunk ?? 0, at: header.at } : undefined;
};

/** The step and the records of a stored message of records; undefined for none and for another run's. */
export const recordsOf = (
  run: string,
  stored: LastEvent | undefined,
): (Pick<RecordsKnown, 'records'> & { readonly step: number }) | undefined => {
  if (stored === undefined) return undefined;
  const { header, records } = stored.decode() as RecordsKnown;
  return header.run === run ? { step: header.step, records } : undefined;
};
