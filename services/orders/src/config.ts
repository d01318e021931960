import { COMMISSION_MODELS, PAPER_VENUE_DEFAULTS, SLIPPAGE_MODELS } from '@tradewind/orders';
import { setting } from '@tradewind/service-kit';
import { z } from 'zod';

const SESSIONS_MAX = 2_520;
const DAY_SECONDS = 86_400;
const LATENCY_MS_MAX = 60_000;
/** The venue inside the steps. */
export const PAPER = 'paper';

const decimal = (what: string) =>
  z
    .string()
    .trim()
    .regex(/^\d{1,12}(\.\d{1,9})?$/, `must be ${what} as decimal text, e.g. 0.001`);

/** TW_ORDERS_… */
export const settings = z.object({
  /** Cash of an account that trades for the first time. */
  openingCashUsd: decimal('an amount').default('100000'),
  /** What a market-taking fill of the paper venue costs beyond its reference price. */
  slippageModel: z.enum(SLIPPAGE_MODELS).default('ratio'),
  /** What the paper venue charges: a ratio, or a broker's published prices. */
  commissionModel: z.enum(COMMISSION_MODELS).default('ratio'),
  /** Which lots a close takes, of an account that trades for the first time. */
  lotMethod: z.enum(['FIFO', 'LIFO', 'HIGHEST_COST']).default('FIFO'),
  /** Of the reference price, against the order. */
  slippageRatio: decimal('a fraction').default(PAPER_VENUE_DEFAULTS.slippageRatio),
  /** Of the notional. */
  commissionRatio: decimal('a fraction').default(PAPER_VENUE_DEFAULTS.commissionRatio),
  /** The most of a bar's volume that all orders together may take; without it there is no cap. */
  participationRatio: decimal('a fraction').optional(),
  /** Where ticks tell the market: from a decision until its order is at the paper venue. */
  latencyMs: setting.number({ least: 0, most: LATENCY_MS_MAX }).default(0),
  /** On top of it, drawn for each order from an exponential distribution of this mean. */
  latencyMeanMs: setting.number({ least: 0, most: LATENCY_MS_MAX }).default(0),
  /** The same seed draws the same latencies. */
  latencySeed: setting.integer({ least: 0, most: 2_147_483_647 }).default(1),
  /** Sessions without a bar, while others trade, after which a position is settled at its last close. */
  seriesEndSessions: setting.integer({ least: 1, most: SESSIONS_MAX }).default(PAPER_VENUE_DEFAULTS.seriesEndSessions),
  /** `paper` matches bars inside the steps; else a broker of libs/brokers, which reads its own TW_BROKER_<NAME>_* settings. */
  broker: z.string().trim().min(1).default(PAPER),
  /** How old the decision of an unsent entry may be, and how long an entry may work while its market trades. */
  orderTimeoutSeconds: setting.integer({ least: 1, most: DAY_SECONDS }).default(300),
  /** What to do with working entries (cancel), or with positions too (flatten), when a lost broker is back. */
  brokerLostPolicy: z.enum(['cancel', 'flatten', 'hold']).default('cancel'),
  /** A link that is back sooner was not lost. */
  brokerLostSeconds: setting.integer({ least: 0, most: DAY_SECONDS }).default(30),
  /** How often the books are compared with the broker's. */
  reconcileSeconds: setting.integer({ least: 1, most: DAY_SECONDS }).default(60),
  /** How long a difference that can't be repaired has to last before it refuses entries. */
  reconcileConfirmSeconds: setting.integer({ least: 0, most: 3_600 }).default(5),
  /** Dead-man's switch: halts when risk has not answered for so long; 0 for never. */
  riskSilenceSeconds: setting.integer({ least: 0, most: DAY_SECONDS }).default(15),
  /** Dead-man's switch: halts when no bars came for so many of their intervals while the exchange is open; 0 for never. */
  dataSilenceIntervals: setting.integer({ least: 0, most: 1_000 }).default(3),
});

/** What the broker's own settings are read from. */
export const brokerVariables = (): Readonly<Record<string, string | undefined>> => process.env;

export type OrdersSettings = z.output<typeof settings>;
