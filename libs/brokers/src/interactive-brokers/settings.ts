import { parseContractOverrides } from '@tradewind/tws';
import { z } from 'zod';

const whole = (initial: number, min: number, max: number): z.ZodType<number> => z.coerce.number().int().min(min).max(max).default(initial);

/** The ports that TWS and IB Gateway offer unless they are told otherwise. */
const PORTS = { tws: { paper: 7497, live: 7496 }, gateway: { paper: 4002, live: 4001 } } as const;
const LIVE_PORTS: ReadonlySet<number> = new Set([PORTS.tws.live, PORTS.gateway.live]);
const REAL_MONEY = 'yes-real-money';

/** `TW_BROKER_INTERACTIVE_BROKERS_<KEY>`. */
export const settings = z
  .object({
    /** Which program is running and logged in: it decides the port unless one is given. */
    platform: z.enum(['tws', 'gateway']).default('gateway'),
    host: z.string().min(1).default('127.0.0.1'),
    port: z.coerce.number().int().min(1).max(65_535).optional(),
    /** Ports and accounts of real money are refused unless it says so in full. */
    live: z.enum(['no', REAL_MONEY]).default('no'),
    /** Only needed when the login has several. */
    account: z
      .string()
      .regex(/^[A-Z]{1,3}\d{4,10}$/, 'must be an account such as DU1234567')
      .optional(),
    /** Orders belong to the client id that placed them: it has to stay the same. With 0 orders made by hand are reported as they happen. */
    clientId: whole(0, 0, 99_999),
    connectTimeoutMs: whole(10_000, 1, 600_000),
    /** How long an order or cancel waits for the word of TWS. */
    answerTimeoutMs: whole(5000, 1, 600_000),
    questionTimeoutMs: whole(30_000, 1, 600_000),
    /** After so long without a word TWS is asked for the time; after twice as long it counts as lost. */
    heartbeatMs: whole(15_000, 10, 600_000),
    backoffBaseMs: whole(1000, 1, 600_000),
    backoffMaxMs: whole(60_000, 1, 3_600_000),
    /** A loss that lasts longer than a daily restart takes a person to log in. */
    loginAfterMs: whole(600_000, 1, 86_400_000),
    /** How long a fill waits for its commission before it is told without. */
    commissionWaitMs: whole(500, 0, 60_000),
    /** TWS takes half as many as the account has lines of market data: 50, unless more were bought. */
    messagesPerSecond: whole(48, 1, 10_000),
    /** `SYMBOL=IB SYMBOL:TYPE:EXCHANGE:PRIMARY EXCHANGE:CURRENCY`, separated by commas, for symbols whose contract can't be told from their instrument. */
    contracts: z
      .string()
      .default('')
      .refine(
        (text) => parseContractOverrides(text).ok,
        'must be SYMBOL=IB SYMBOL:TYPE:EXCHANGE:PRIMARY EXCHANGE:CURRENCY, separated by commas',
      ),
  })
  .refine(({ port, live }) => live === REAL_MONEY || port === undefined || !LIVE_PORTS.has(port), {
    path: ['port'],
    message: `is a port of real money; it takes live=${REAL_MONEY} to use it`,
  });

export type InteractiveBrokersSettings = z.infer<typeof settings>;

export const isLive = ({ live }: InteractiveBrokersSettings): boolean => live === REAL_MONEY;

export const portOf = (given: InteractiveBrokersSettings): number => given.port ?? PORTS[given.platform][isLive(given) ? 'live' : 'paper'];
