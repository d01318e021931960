import { fileURLToPath } from 'node:url';

import { type Database, migrate, openDatabase } from '@tradewind/database';
import { BASELINE_SIGNAL_RULES } from '@tradewind/signals';
import { startTestPostgres, type TestPostgres } from '@tradewind/testkit';
import { nanosFromMillis } from '@tradewind/vocabulary';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CallBudget } from '../src/language-model/call-budget.js';
import type { LanguageModelFailure } from '../src/language-model/failure.js';
import { LanguageModelAnalyst } from '../src/language-model/language-model-analyst.js';
import { LanguageModelProvider } from '../src/language-model/language-model-provider.js';
import { ollamaModel } from '../src/language-model/ollama.js';
import { openAiModel } from '../src/language-model/openai.js';
import { AnswerStore } from '../src/store.js';
import { ModelServer, USABLE } from './model-server.js';
import { featuresOf, vectorOf } from './vectors.js';

const TIMEOUT_MS = 300;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
let postgres: TestPostgres;
let database: Database;
let store: AnswerStore;
let server: ModelServer;
let failures: LanguageModelFailure[];

/** A provider as a fresh process has it: no cache, but the log of its predecessors. */
const provider = (kind: 'ollama' | 'openai', callsMax = 1_000): LanguageModelProvider => {
  const options = { model: 'test-model', apiKey: kind === 'openai' ? 'key-1' : '', timeoutMs: TIMEOUT_MS };
  const model =
    kind === 'ollama' ? ollamaModel({ ...options, baseUrl: server.url }) : openAiModel({ ...options, baseUrl: `${server.url}/v1/` });
  const budget = new CallBudget({ now: () => nanosFromMillis(0) }, callsMax);
  return new LanguageModelProvider({
    analyst: new LanguageModelAnalyst(model, store, budget),
    read: BASELINE_SIGNAL_RULES.read,
    parallelMax: 4,
    onFailure: (failure) => failures.push(failure),
  });
};
const step = (figures: Record<string, number> = {}) => featuresOf(0, [vectorOf('SPX', 0, figures)]);
/** A market state that no other test asked about. */
let states = 0;
const newState = (): Record<string, number> => ({ momentum_20: (states += 1) / 100 });

beforeAll(async () => {
  [postgres, server] = await Promise.all([startTestPostgres(), ModelServer.start()]);
  await migrate({
    url: postgres.url,
    schema: 'analysis',
    migrationsDir: fileURLToPath(new URL('../prisma/migrations/', import.meta.url)),
    log: silent,
  });
  database = openDatabase({ url: postgres.url, schema: 'analysis', applicationName: 'test', poolMax: 4, log: silent });
  store = new AnswerStore(database);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await store.close();
  await database.close();
  await postgres.dispose();
});
beforeEach(() => {
  server.reset();
  failures = [];
});

describe('the two wire formats', () => {
  it('asks Ollama for one answer by schema, not streamed', async () => {
    const { analyses, degraded } = await provider('ollama').analyse(step(newState()));
    expect(degraded).toEqual([]);
    expect(analyses[0]).toMatchObject({
      id: 'an/SPX/2000-01-03T21:00:00.000Z/ollama/test-model',
      analyst: 'ollama/test-model',
      ruleBased: false,
      stance: 'UP',
      confidence: 0.7,
      signalType: 'uptrend',
      risk: 'medium',
      rationale: 'Close is 9% above its 200-day average.',
    });
    expect(analyses[0]!.promptHash).toMatch(/^[0-9a-f]{64}$/);
    expect(server.asked[0]).toMatchObject({
      path: '/api/chat',
      authorization: undefined,
      body: { model: 'test-model', stream: false, format: { type: 'object' }, options: { temperature: 0, seed: 7 } },
    });
  });
  it('asks an OpenAI-compatible server with a strict JSON schema and the key', async () => {
    const { analyses } = await provider('openai').analyse(step(newState()));
    expect(analyses[0]).toMatchObject({ analyst: 'openai/test-model', stance: 'UP' });
    expect(server.asked[0]).toMatchObject({
      path: '/v1/chat/completions',
      authorization: 'Bearer key-1',
      body: {
        stream: false,
        temperature: 0,
        response_format: { type: 'json_schema', json_schema: { strict: true, schema: { type: 'object' } } },
      },
    });
  });
});

describe.each(['ollama', 'openai'] as const)('when the %s server misbehaves, the rules speak under their own label', (kind) => {
  it.each([
    ['is too slow', { kind: 'silence' }, 'TIMEOUT'],
    ['hangs up', { kind: 'hang-up' }, 'UNREACHABLE'],
    ['limits the rate', { kind: 'status', status: 429, headers: { 'retry-after': '9' } }, 'RATE_LIMITED'],
    ['fails', { kind: 'status', status: 500 }, 'PROVIDER_ERROR'],
    ['redirects elsewhere', { kind: 'status', status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'UNREACHABLE'],
    ['talks garbage', { kind: 'raw', body: '<html>busy</html>' }, 'ENVELOPE_INVALID'],
    ['sends another shape', { kind: 'raw', body: '{"choices":[],"message":null}' }, 'ENVELOPE_INVALID'],
    ['sends too much', { kind: 'raw', body: `"${'x'.repeat(300_000)}"` }, 'RESPONSE_TOO_LARGE'],
  ] as const)('%s', async (_name, behaviour, code) => {
    server.next(behaviour);
    const { analyses, degraded } = await provider(kind).analyse(step(newState()));
    expect(analyses[0]).toMatchObject({ analyst: 'rules@1', ruleBased: true, promptHash: '' });
    expect(degraded).toEqual(['language-model']);
    expect(failures).toMatchObject([{ code }]);
    expect(server.asked).toHaveLength(1);
  });
});

describe('an unusable answer', () => {
  it('is put right in one repair attempt that tells the model what was wrong', async () => {
    const state = newState();
    server.next({ kind: 'answer', text: USABLE.replace('"UP"', '"LONG"') });
    const { analyses, degraded } = await provider('ollama').analyse(step(state));
    expect(analyses[0]).toMatchObject({ ruleBased: false, stance: 'UP' });
    expect(degraded).toEqual([]);
    expect(server.asked[1]!.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(server.asked[1]!.messages.at(-1)!.content).toContain('stance');
    expect(await store.find(analyses[0]!.promptHash)).toMatchObject({ repaired: true, answer: USABLE });
  });
  it('is a failure when the second is unusable too, and is not logged as an answer', async () => {
    const state = newState();
    server.next({ kind: 'answer', text: 'buy!' }, { kind: 'answer', text: 'BUY!' });
    const first = await provider('ollama').analyse(step(state));
    expect(first.analyses[0]!.ruleBased).toBe(true);
    expect(failures).toMatchObject([{ code: 'ANSWER_INVALID' }]);
    expect((await provider('ollama').analyse(step(state))).analyses[0]!.ruleBased).toBe(false);
  });
  it('cannot widen its own authority: extra fields, sizes and orders are refused', async () => {
    const greedy = JSON.stringify({ ...JSON.parse(USABLE), size_multiplier: 100, tool: 'disable_risk_limits' });
    server.next({ kind: 'answer', text: greedy }, { kind: 'answer', text: greedy });
    expect((await provider('ollama').analyse(step(newState()))).analyses[0]!.ruleBased).toBe(true);
  });
});

describe('cache, log and budget', () => {
  it('asks once for equal states of several symbols in a step', async () => {
    const state = newState();
    const vectors = ['AAA', 'BBB', 'CCC', 'DDD', 'EEE'].map((symbol) => vectorOf(symbol, 0, state));
    const { analyses } = await provider('ollama').analyse(featuresOf(0, vectors));
    expect(analyses.map(({ symbol }) => symbol)).toEqual(['AAA', 'BBB', 'CCC', 'DDD', 'EEE']);
    expect(new Set(analyses.map(({ answerHash }) => answerHash)).size).toBe(1);
    expect(server.asked).toHaveLength(1);
  });
  it('replays from the log exactly, without asking, even when the model would now answer otherwise', async () => {
    const state = newState();
    const before = await provider('ollama').analyse(step(state));
    server.next({ kind: 'answer', text: USABLE.replace('"UP"', '"DOWN"') });
    expect(await provider('ollama').analyse(step(state))).toEqual(before);
    expect(server.asked).toHaveLength(1);
  });
  it('keeps the first answer when two processes ask at once', async () => {
    const state = newState();
    server.next({ kind: 'answer', text: USABLE }, { kind: 'answer', text: USABLE.replace('"UP"', '"DOWN"') });
    const [left, right] = await Promise.all([provider('ollama').analyse(step(state)), provider('ollama').analyse(step(state))]);
    expect(left).toEqual(right);
  });
  it('spends no more than its budget and leaves the rest to the rules', async () => {
    const vectors = ['AAA', 'BBB', 'CCC'].map((symbol) => vectorOf(symbol, 0, newState()));
    const { analyses, degraded } = await provider('ollama', 2).analyse(featuresOf(0, vectors));
    expect(analyses.map(({ ruleBased }) => ruleBased)).toEqual([false, false, true]);
    expect(degraded).toEqual(['language-model']);
    expect(failures).toMatchObject([{ code: 'BUDGET_SPENT' }]);
  });
  it('rests after three failures in a row instead of waiting for each symbol', async () => {
    const one = provider('ollama');
    server.next({ kind: 'status', status: 500 }, { kind: 'status', status: 500 }, { kind: 'status', status: 500 });
    for (let count = 0; count < 4; count += 1) await one.analyse(step(newState()));
    expect(server.asked).toHaveLength(3);
    expect(failures.map(({ code }) => code)).toEqual(['PROVIDER_ERROR', 'PROVIDER_ERROR', 'PROVIDER_ERROR', 'COOLING_DOWN']);
  });
  it('does not ask about bars that only warm up, nor about vectors that are not warm', async () => {
    const vectors = [vectorOf('AAA', 0, newState(), { warmUp: true }), vectorOf('BBB', 0, newState(), { warm: false })];
    const { analyses, degraded } = await provider('ollama').analyse(featuresOf(0, vectors));
    expect(analyses).toMatchObject([{ symbol: 'AAA', ruleBased: true }]);
    expect(degraded).toEqual([]);
    expect(server.asked).toEqual([]);
  });
});
