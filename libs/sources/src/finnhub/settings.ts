import { z } from 'zod';

const count = (fallback: number) => z.coerce.number().int().positive().default(fallback);

/** From `TW_SOURCE_FINNHUB_<NAME>`. */
export const settings = z.object({
  token: z.string().min(4).max(100),
  restUrl: z.url().default('https://finnhub.io'),
  streamUrl: z.url().default('wss://ws.finnhub.io'),
  /** 60 with a free account; the limit of 30 a second holds for all. */
  requestsPerMinute: count(60),
  requestTimeoutMs: count(20_000),
  retriesMax: count(5),
  retryAfterMsMax: count(60_000),
  backoffBaseMs: count(500),
  backoffMaxMs: count(60_000),
  handshakeMs: count(10_000),
  /** The vendor answers a good subscription with nothing: how long an error is waited for. */
  settleMs: count(250),
  pingMs: count(10_000),
  silenceMs: count(30_000),
});

export type FinnhubSettings = z.infer<typeof settings>;
