/** What the vendor says, with status 200, instead of data. */
export type Notice = 'TOO_FAST' | 'DAY_USED_UP' | 'INVALID_KEY' | 'PREMIUM_ONLY' | 'INVALID_CALL' | 'UNKNOWN';

const WORDS: readonly (readonly [RegExp, Notice])[] = [
  [/apikey.{0,20}(invalid|missing)|invalid.{0,10}api ?key/i, 'INVALID_KEY'],
  [/premium endpoint|premium feature|this is a premium/i, 'PREMIUM_ONLY'],
  [/more sparingly|per second|per minute|calls? frequency|burst/i, 'TOO_FAST'],
  [/per day|daily (rate )?limit/i, 'DAY_USED_UP'],
  [/invalid api call|invalid inputs/i, 'INVALID_CALL'],
];

/**
 * The notice in a body, undefined when it holds data. Alpha Vantage answers errors and limits with status 200 and one of the fields `Note`, `Information`
 * and `Error Message`. Its words are never passed on: they repeat the key.
 */
export const noticeOf = (body: unknown): Notice | undefined => {
  if (typeof body !== 'object' || body === null) return undefined;
  for (const field of ['Error Message', 'Note', 'Information'] as const) {
    const said = (body as Readonly<Record<string, unknown>>)[field];
    if (typeof said === 'string') return WORDS.find(([words]) => words.test(said))?.[1] ?? 'UNKNOWN';
  }
  return undefined;
};
