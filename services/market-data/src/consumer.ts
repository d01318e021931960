import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { Bus } from '@tradewind/messaging';
import type { OrdersPlaced } from '@tradewind/orders';

import type { ReplayMode, ReplayRequest } from './replay.js';
import { decodeStart, encodeStarted, encodeStatus, type ReplayStatus, START_REQUEST, STATUS_REQUEST } from './wire.js';

/** Who decides when steps go out: a replay or a live feed. */
export interface StepKeeper {
  /** The end of a step came back. */
  placed(run: string, step: number): Promise<void>;
  start(request: ReplayRequest): Promise<{ readonly run: string; readonly steps: number; readonly resumed: boolean }>;
  status(): ReplayStatus;
}

export const STEP_KEEPER = Symbol('step keeper');

/** The end of each step, which in lock-step releases the next one. */
@Controller()
export class Consumer {
  constructor(@Inject(STEP_KEEPER) private readonly handler: StepKeeper) {}

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
export const serveRequests = (bus: Bus, handler: StepKeeper, defaults: ReplayDefaults): void => {
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
