import type { TwsClient } from '@tradewind/tws';

import { isoFromNanos, type UnixNanos } from '@tradewind/vocabulary';

import type { Pacing } from './pacing.js';

/** What pages of history are fetched with. */
export interface HistoryAccess {
  readonly regularHours: boolean;
  /** Waits until IB's pacing rules let the request be made. */
  turn(request: Parameters<Pacing['turn']>[0]): Promise<void>;
  /** Runs on a connection, again on a new one if it is lost, and again later after a pacing violation. */
  attempt<T>(run: (client: TwsClient) => Promise<T>): Promise<T>;
}

/** `yyyymmdd-hh:mm:ss`: with the dash TWS takes it for UTC. */
export const utcText = (at: UnixNanos): string => isoFromNanos(at).slice(0, 19).replaceAll('-', '').replace('T', '-');
