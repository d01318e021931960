import { z } from 'zod';

const count = (fallback: number) => z.coerce.number().int().positive().default(fallback);

const LIVE_HOST = 'api.alpaca.markets';
const PAPER = { rest: 'https://paper-api.alpaca.markets', stream: 'wss://paper-api.alpaca.markets/stream' } as const;
const LIVE = { rest: `https://${LIVE_HOST}`, stream: `wss://${LIVE_HOST}/stream` } as const;

/** A name may end in a point. What is no address at all is told as that. */
const notLive = (text: string): boolean => !URL.canParse(text) || new URL(text).hostname.replace(/\.$/, '') !== LIVE_HOST;
const LIVE_ONLY = 'is the address of real money: it is chosen by LIVE, not by its address';

export const settings = z.object({
  keyId: z.string().min(1),
  secret: z.string().min(1),
  /** Real money, in so many words; the paper account without it. */
  live: z.literal('yes-real-money').optional(),
  /** In place of the address of the paper account. */
  restUrl: z.url().refine(notLive, LIVE_ONLY).optional(),
  streamUrl: z.url().refine(notLive, LIVE_ONLY).optional(),
  /** 200 with most accounts. */
  requestsPerMinute: z.coerce.number().int().min(10).default(200),
  /** How many of them only cancels may use. */
  cancelsReserved: z.coerce.number().int().nonnegative().default(5),
  requestTimeoutMs: count(10_000),
  /** How long a request may wait for room within the limit before it is given up unsent. */
  patienceMs: count(15_000),
  /** Of questions; an order is never sent twice. */
  retriesMax: z.coerce.number().int().nonnegative().default(3),
  backoffBaseMs: count(250),
  backoffMaxMs: count(30_000),
  handshakeMs: count(10_000),
  pingMs: count(10_000),
  silenceMs: count(30_000),
  /** A snapshot looks for ended orders among those submitted up to so long before the time it is asked for. */
  endedOrderDays: z.coerce.number().int().positive().default(2),
});

export type AlpacaBrokerSettings = z.infer<typeof settings>;

/** Where the account is. */
export const addressOf = (given: AlpacaBrokerSettings): { readonly rest: string; readonly stream: string } => {
  const account = given.live === undefined ? PAPER : LIVE;
  return { rest: given.restUrl ?? account.rest, stream: given.streamUrl ?? account.stream };
};
