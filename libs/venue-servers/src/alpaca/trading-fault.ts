import type { ServerResponse } from 'node:http';

import type { Answer } from './data-api.js';

/** How a request to trade goes wrong. */
export type TradingFault =
  /** It is never looked at, and nobody answers. */
  | 'lost'
  /** Done; the connection is reset before the answer. */
  | 'answer-lost'
  /** Done; the connection is reset in the middle of the answer. */
  | 'truncated'
  /** Done, and nobody answers. */
  | 'hanging'
  | 'server-error'
  /** Answered 500 although it was done. */
  | 'server-error-done'
  /** A gateway's page with status 504, and it was done. */
  | 'gateway-timeout-done'
  | 'rate-limited'
  /** A gateway's page with status 404: it does not know the path. */
  | 'gateway-not-found'
  /** Done and answered after 100 ms. */
  | 'slow'
  /** Done; the answer is not JSON. */
  | 'malformed';

type Headers = Readonly<Record<string, string>>;

const SLOW_MS = 100;

const send = (response: ServerResponse, status: number, headers: Headers, text: string): void => {
  response.writeHead(status, text === '' ? {} : { ...headers, 'content-length': String(Buffer.byteLength(text)) });
  response.end(text);
};

const answered = (response: ServerResponse, headers: Headers, { status, body }: Answer): void =>
  send(response, status, headers, body === undefined ? '' : JSON.stringify(body));

/** Does what was asked unless the fault comes before that, and answers as the fault has it. */
export const answerWithFault = (fault: TradingFault | undefined, response: ServerResponse, headers: Headers, act: () => Answer): void => {
  switch (fault) {
    case undefined:
      answered(response, headers, act());
      return;
    case 'lost':
      response.socket?.resetAndDestroy();
      return;
    case 'answer-lost':
      act();
      response.socket?.resetAndDestroy();
      return;
    case 'truncated': {
      const text = JSON.stringify(act().body ?? {});
      response.writeHead(200, { ...headers, 'content-length': String(Buffer.byteLength(text) + 100) });
      response.write(text.slice(0, Math.ceil(text.length / 2)), () => response.socket?.resetAndDestroy());
      return;
    }
    case 'hanging':
      act();
      return;
    case 'server-error':
      send(response, 500, headers, '{"code":50010000,"message":"internal server error occurred"}');
      return;
    case 'server-error-done':
      act();
      send(response, 500, headers, '{"code":50010000,"message":"internal server error occurred"}');
      return;
    case 'gateway-timeout-done':
      act();
      send(response, 504, { 'content-type': 'text/html' }, '<html><body>504 Gateway Time-out</body></html>');
      return;
    case 'gateway-not-found':
      send(response, 404, { 'content-type': 'text/html' }, '<html><body>404 Not Found</body></html>');
      return;
    case 'rate-limited':
      send(response, 429, { ...headers, 'retry-after': '0' }, '{"code":42910000,"message":"rate limit exceeded"}');
      return;
    case 'slow': {
      const answer = act();
      setTimeout(() => answered(response, headers, answer), SLOW_MS);
      return;
    }
    case 'malformed':
      act();
      send(response, 200, headers, '{"id":"');
      return;
  }
};
