import { failed, type Result, succeeded } from '@tradewind/vocabulary';

import type { LanguageModelFailure } from './failure.js';

const RESPONSE_BYTES_MAX = 256 * 1024;
const RETRY_AFTER_MS_MAX = 300_000;
const DETAIL_CHARACTERS_MAX = 200;

export interface JsonPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly timeoutMs: number;
}

const detailOf = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, DETAIL_CHARACTERS_MAX);

const readBounded = async (response: Response): Promise<string | undefined> => {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > RESPONSE_BYTES_MAX) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
};

const retryAfterOf = (response: Response): { retryAfterMs?: number } => {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return seconds > 0 ? { retryAfterMs: Math.min(seconds * 1000, RETRY_AFTER_MS_MAX) } : {};
};

const statusFailure = (response: Response, text: string): LanguageModelFailure => ({
  code: response.status === 429 ? 'RATE_LIMITED' : 'PROVIDER_ERROR',
  detail: `HTTP ${response.status}: ${detailOf(text)}`,
  ...retryAfterOf(response),
});

const thrownFailure = (error: unknown, timeoutMs: number): LanguageModelFailure => {
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return { code: 'TIMEOUT', detail: `no answer within ${timeoutMs} ms` };
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
  return { code: 'UNREACHABLE', detail: detailOf(`${error instanceof Error ? error.message : String(error)} ${cause}`) };
};

/** Posts JSON and reads JSON, bounded in time and size. What the other side does wrong is a failure, never an exception. */
export const postJson = async ({ url, headers, body, timeoutMs }: JsonPost): Promise<Result<unknown, LanguageModelFailure>> => {
  let response: Response;
  let text: string | undefined;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    text = await readBounded(response);
  } catch (error) {
    return failed(thrownFailure(error, timeoutMs));
  }
  if (text === undefined) return failed({ code: 'RESPONSE_TOO_LARGE', detail: `more than ${RESPONSE_BYTES_MAX} bytes` });
  if (!response.ok) return failed(statusFailure(response, text));
  try {
    return succeeded(JSON.parse(text));
  } catch {
    return failed({ code: 'ENVELOPE_INVALID', detail: `not JSON: ${detailOf(text)}` });
  }
};
