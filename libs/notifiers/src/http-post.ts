import { NotifierError } from './notifier.js';

const TIMEOUT_MS = 5_000;
const TOO_MANY_REQUESTS = 429;
const REQUEST_TIMEOUT = 408;
const SERVER_ERRORS = 500;

const retryAfterOf = (response: Response): number | undefined => {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
};

/** No address in the error: it may hold a key. */
const unreachable = (channel: string, error: unknown): NotifierError =>
  new NotifierError('UNREACHABLE', `${channel} can't be reached: ${error instanceof Error ? error.name : 'unknown error'}`);

/** POSTs JSON text; the answer's body when it was taken. Rejects with NotifierError. */
export const postJson = async (
  channel: string,
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> => {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    text = await response.text();
  } catch (error) {
    throw unreachable(channel, error);
  }
  if (response.ok) return text;
  const said = `${channel} answered ${response.status}: ${text.slice(0, 200)}`;
  if (response.status === TOO_MANY_REQUESTS) throw new NotifierError('RATE_LIMITED', said, retryAfterOf(response));
  const passes = response.status >= SERVER_ERRORS || response.status === REQUEST_TIMEOUT;
  throw new NotifierError(passes ? 'UNREACHABLE' : 'REFUSED', said, retryAfterOf(response));
};
