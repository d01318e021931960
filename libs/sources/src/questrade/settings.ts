import { z } from 'zod';

const count = (fallback: number) => z.coerce.number().int().positive().default(fallback);

/** From `TW_SOURCE_QUESTRADE_<NAME>`. */
export const settings = z.object({
  /** From the vendor's security centre. It serves once: what follows from it is kept in the source's folder. */
  refreshToken: z.string().min(8).max(500),
  loginUrl: z.url().default('https://login.questrade.com'),
  requestTimeoutMs: count(20_000),
  retriesMax: count(5),
  retryAfterMsMax: count(60_000),
  backoffBaseMs: count(500),
  backoffMaxMs: count(60_000),
  handshakeMs: count(10_000),
  pingMs: count(10_000),
  silenceMs: count(30_000),
});

export type QuestradeSettings = z.infer<typeof settings>;
