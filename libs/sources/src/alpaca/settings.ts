import { z } from 'zod';

const count = (fallback: number) => z.coerce.number().int().positive().default(fallback);

export const settings = z.object({
  keyId: z.string().min(1),
  secret: z.string().min(1),
  /** `iex` comes with every account; `sip`, the consolidated tape, with a paid one. */
  feed: z.enum(['iex', 'sip']).default('iex'),
  restUrl: z.url().default('https://data.alpaca.markets'),
  streamUrl: z.url().default('wss://stream.data.alpaca.markets'),
  /** 200 with a free account, more with a paid one. */
  requestsPerMinute: count(200),
  requestTimeoutMs: count(20_000),
  retriesMax: z.coerce.number().int().nonnegative().default(4),
  retryAfterMsMax: count(60_000),
  pageRows: z.coerce.number().int().min(1).max(10_000).default(10_000),
  backoffBaseMs: count(500),
  backoffMaxMs: count(60_000),
  handshakeMs: count(10_000),
  pingMs: count(10_000),
  silenceMs: count(30_000),
});

export type AlpacaSettings = z.infer<typeof settings>;
