import type { Result } from '@tradewind/vocabulary';

import type { LanguageModelFailure } from './failure.js';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** A chat model that answers in JSON of a given schema. One implementation a wire format. */
export interface ChatModel {
  /** `<provider>/<model>`, shown wherever its analyses are. */
  readonly label: string;
  /** The text of the answer, or why there is none. Never throws for what the provider does. */
  ask(messages: readonly ChatMessage[], schema: object): Promise<Result<string, LanguageModelFailure>>;
}

export interface ChatModelOptions {
  readonly baseUrl: string;
  readonly model: string;
  /** Empty for none. */
  readonly apiKey: string;
  readonly timeoutMs: number;
}

/** Tokens of an answer: five short fields. */
export const ANSWER_TOKENS_MAX = 300;
/** The same question should get the same answer, as far as the provider can. */
export const SAMPLING = { temperature: 0, seed: 7 } as const;
