import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { Bus } from '@tradewind/messaging';
import type { OrdersPlaced } from '@tradewind/orders';

import { ReplayHandler } from './handler.js';
import type { ReplayMode } from './replay.js';
import { decodeStart, encodeStarted, encodeStatus, START_REQUEST, STATUS_REQUEST } from './wire.js';

/** The end of each step, which releases the next one. */
@Controller()
export class Consumer {
  constructor(@Inject(ReplayHandler) private readonly handler: ReplayHandler) {}

  @EventPattern('orders.placed')
  async onPlaced(@Payload() placed: OrdersPlaced): Promise<void> {
    await this.handler.placed(placed.header.run, placed.header.step);
  }
}

export interface ReplayDefaults {
  readonly mode: ReplayMode;
  readonly paceMs: number;
}

export class ReplayModeError extends Error {
  override readonly name = 'ReplayModeError';
  readonly code = 'REPLAY_MODE_UNKNOWN';
}

const modeOf = (text: string, otherwise: ReplayMode): ReplayMode => {
  if (text === '') return otherwise;
  if (text === 'lockstep' || text === 'paced') return text;
  throw new ReplayModeError(`replay mode '${text}' must be lockstep or paced`);
};

/** Answers what people ask of the replay. */
export const serveRequests = (bus: Bus, handler: ReplayHandler, defaults: ReplayDefaults): void => {
  bus.serve(START_REQUEST, async (payload) => {
    const { run, mode, paceMs, stepLimit } = decodeStart(payload);
    return encodeStarted(
      await handler.start({
        run,
        mode: modeOf(mode, defaults.mode),
        paceMs: paceMs === 0 ? defaults.paceMs : paceMs,
        stepLimit,
      }),
    );
  });
  bus.serve(STATUS_REQUEST, async () => encodeStatus(handler.status()));
};
