import type { ServerResponse } from 'node:http';

/** How a request for data goes wrong. */
export type AlpacaRequestFault =
  | { readonly kind: 'rate-limited'; readonly retryAfterSeconds: number }
  | { readonly kind: 'internal-error' | 'unavailable' | 'malformed' | 'wrong-columns' | 'truncated' | 'reset' | 'hanging' | 'refused-key' };

/** A price field of a bar, trade or quote is renamed wherever it occurs. */
const renamed = (body: string): string => body.replaceAll(/"(o|p|ap)":/g, '"renamed":');

const json = (response: ServerResponse, status: number, body: string, headers: Readonly<Record<string, string>> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body);
};

const half = (response: ServerResponse, body: string, end: () => void): void => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body) + 100) });
  response.write(body.slice(0, Math.ceil(body.length / 2)), end);
};

/** Answers so; `body` is what the right answer would have been. */
export const answerWrongly = (fault: AlpacaRequestFault, response: ServerResponse, body: string): void => {
  switch (fault.kind) {
    case 'rate-limited':
      json(response, 429, '{"message":"too many requests."}', { 'retry-after': String(fault.retryAfterSeconds) });
      return;
    case 'internal-error':
      json(response, 500, '{"message":"internal server error occurred"}');
      return;
    case 'unavailable':
      response.writeHead(503, { 'content-type': 'text/html' });
      response.end('<html><body>503 Service Unavailable</body></html>');
      return;
    case 'malformed':
      json(response, 200, body.slice(0, -3));
      return;
    case 'wrong-columns':
      json(response, 200, renamed(body));
      return;
    case 'truncated':
      half(response, body, () => response.socket?.end());
      return;
    case 'reset':
      half(response, body, () => response.socket?.resetAndDestroy());
      return;
    case 'hanging':
      return;
    case 'refused-key':
      json(response, 401, '{"message":"unauthorized."}');
      return;
  }
};
