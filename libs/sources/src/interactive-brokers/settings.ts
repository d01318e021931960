import { parseContractOverrides } from '@tradewind/tws';

import { z } from 'zod';

/** Ports that TWS and IB Gateway offer for real money unless they are told otherwise. */
const LIVE_PORTS: ReadonlySet<number> = new Set([7496, 4001]);

const flag = (initial: 'true' | 'false'): z.ZodType<boolean> =>
  z
    .enum(['true', 'false'])
    .default(initial)
    .transform((text) => text === 'true');
const whole = (initial: number, min: number, max: number): z.ZodType<number> => z.coerce.number().int().min(min).max(max).default(initial);

/** `TW_SOURCE_INTERACTIVE_BROKERS_<KEY>`. */
export const settings = z
  .object({
    host: z.string().min(1).default('127.0.0.1'),
    /** Paper trading: 4002 (IB Gateway) or 7497 (TWS). */
    port: whole(4002, 1, 65_535),
    /** A port or an account of real money is refused unless this is true. */
    live: flag('false'),
    clientId: whole(21, 0, 99_999),
    /** Ids from `clientId` on that are tried in turn when one is in use. */
    clientIds: whole(3, 1, 32),
    connectTimeoutMs: whole(10_000, 1, 600_000),
    requestTimeoutMs: whole(60_000, 1, 600_000),
    /** After so long without a word TWS is asked for the time; after twice as long it counts as lost. */
    heartbeatMs: whole(15_000, 10, 600_000),
    backoffBaseMs: whole(1000, 1, 600_000),
    backoffMaxMs: whole(60_000, 1, 3_600_000),
    attemptsMax: whole(4, 1, 20),
    /** Only regular trading hours, of history and of live bars. */
    regularHours: flag('true'),
    depthRows: whole(10, 1, 60),
    /** The aggregated book of all exchanges; otherwise that of the primary exchange. */
    smartDepth: flag('true'),
    /** How long rows of a new book may keep coming before it counts as whole. */
    bookSettleMs: whole(250, 1, 60_000),
    /** `SYMBOL=IB SYMBOL:TYPE:EXCHANGE:PRIMARY EXCHANGE:CURRENCY`, separated by commas, for symbols whose contract can't be told from their instrument. */
    contracts: z
      .string()
      .default('')
      .refine(
        (text) => parseContractOverrides(text).ok,
        'must be SYMBOL=IB SYMBOL:TYPE:EXCHANGE:PRIMARY EXCHANGE:CURRENCY, separated by commas',
      ),
  })
  .refine(({ port, live }) => live || !LIVE_PORTS.has(port), {
    path: ['port'],
    message: 'is a port of real money; it takes live=true to use it',
  });

export type InteractiveBrokersSettings = z.infer<typeof settings>;
