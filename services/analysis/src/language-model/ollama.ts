import { failed, succeeded } from '@tradewind/vocabulary';
import { z } from 'zod';

import { ANSWER_TOKENS_MAX, type ChatModel, type ChatModelOptions, SAMPLING } from './chat.js';
import { postJson } from './post-json.js';

const envelope = z.object({ message: z.object({ content: z.string() }), done_reason: z.string().optional() });

/** Ollama's `POST /api/chat`, streaming off, structured output by JSON schema in `format` (https://github.com/ollama/ollama/blob/main/docs/api.md). */
export const ollamaModel = ({ baseUrl, model, apiKey, timeoutMs }: ChatModelOptions): ChatModel => ({
  label: `ollama/${model}`,
  ask: async (messages, schema) => {
    const answer = await postJson({
      url: `${baseUrl.replace(/\/+$/, '')}/api/chat`,
      headers: apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` },
      body: { model, messages, stream: false, format: schema, options: { ...SAMPLING, num_predict: ANSWER_TOKENS_MAX } },
      timeoutMs,
    });
    if (!answer.ok) return answer;
    const parsed = envelope.safeParse(answer.value);
    if (!parsed.success) return failed({ code: 'ENVELOPE_INVALID', detail: 'no message.content' });
    return succeeded(parsed.data.message.content);
  },
});
