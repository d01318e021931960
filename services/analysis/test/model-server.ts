import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with a request: answers with a text, or misbehaves. */
export type Behaviour =
  | { readonly kind: 'answer'; readonly text: string }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'raw'; readonly body: string }
  | { readonly kind: 'silence' }
  | { readonly kind: 'hang-up' };

export interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

export const USABLE = JSON.stringify({
  stance: 'UP',
  confidence: 0.7,
  risk: 'medium',
  signal_type: 'uptrend',
  rationale: 'Close is 9% above its 200-day average.',
});

const readBody = async (request: IncomingMessage): Promise<Record<string, unknown>> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
};

/** Ollama's and OpenAI's answers as their servers send them. */
const envelopeOf = (path: string, model: unknown, text: string): object | undefined => {
  if (path === '/api/chat') {
    return {
      model,
      created_at: '2026-01-01T00:00:00.000Z',
      message: { role: 'assistant', content: text },
      done: true,
      done_reason: 'stop',
      total_duration: 5_000_000,
      prompt_eval_count: 200,
      eval_count: 60,
    };
  }
  if (path === '/v1/chat/completions') {
    return {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1_767_225_600,
      model,
      choices: [{ index: 0, message: { role: 'assistant', content: text, refusal: null }, logprobs: null, finish_reason: 'stop' }],
      usage: { prompt_tokens: 200, completion_tokens: 60, total_tokens: 260 },
    };
  }
  return undefined;
};

/** A model server on a free port that speaks both wire formats. Behaviours are used up in order; then it answers usably. */
export class ModelServer implements AsyncDisposable {
  readonly asked: Asked[] = [];
  readonly #behaviours: Behaviour[] = [];
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  static async start(): Promise<ModelServer> {
    const started = new ModelServer();
    await new Promise<void>((resolve) => started.#server.listen(0, '127.0.0.1', resolve));
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  next(...behaviours: Behaviour[]): void {
    this.#behaviours.push(...behaviours);
  }

  reset(): void {
    this.asked.length = 0;
    this.#behaviours.length = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const path = request.url ?? '';
    this.asked.push({ path, authorization: request.headers.authorization, body, messages: body['messages'] as Asked['messages'] });
    const behaviour = this.#behaviours.shift() ?? { kind: 'answer', text: USABLE };
    switch (behaviour.kind) {
      case 'silence':
        return;
      case 'hang-up':
        request.socket.destroy();
        return;
      case 'status':
        response.writeHead(behaviour.status, behaviour.headers).end('{"error":"no"}');
        return;
      case 'raw':
        response.writeHead(200, { 'content-type': 'application/json' }).end(behaviour.body);
        return;
      case 'answer': {
        const envelope = envelopeOf(path, body['model'], behaviour.text);
        response.writeHead(envelope === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(envelope ?? {}));
      }
    }
  }
}
