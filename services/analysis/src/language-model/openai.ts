import { failed, succeeded } from '@tradewind/vocabulary';
import { z } from 'zod';

import { ANSWER_TOKENS_MAX, type ChatModel, type ChatModelOptions, SAMPLING } from './chat.js';
import { postJson } from './post-json.js';

const envelope = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1),
});

/**
 * `POST <base>/chat/completions` with `response_format` json_schema, as OpenAI and the servers that speak like it (vLLM, llama.cpp, LM Studio,
 * gateways to other vendors) understand it. The base URL ends in `/v1` where the server has it so.
 */
export const openAiModel = ({ baseUrl, model, apiKey, timeoutMs }: ChatModelOptions): ChatModel => ({
  label: `openai/${model}`,
  ask: async (messages, schema) => {
    const answer = await postJson({
      url: `${baseUrl.replace(/\/+$/, '')}/chat/completions`,
      headers: apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` },
      body: {
        model,
        messages,
        stream: false,
        ...SAMPLING,
        max_tokens: ANSWER_TOKENS_MAX,
        response_format: { type: 'json_schema', json_schema: { name: 'analysis', strict: true, schema } },
      },
      timeoutMs,
    });
    if (!answer.ok) return answer;
    const parsed = envelope.safeParse(answer.value);
    const content = parsed.success ? parsed.data.choices[0]?.message.content : undefined;
    if (content === undefined) return failed({ code: 'ENVELOPE_INVALID', detail: 'no choices[0].message.content' });
    return succeeded(content);
  },
});
