/** Why a language model gave no usable answer. Stable codes, in logs and metrics. */
export type FailureCode =
  | 'UNREACHABLE'
  | 'TIMEOUT'
  | 'RATE_LIMITED'
  | 'PROVIDER_ERROR'
  | 'RESPONSE_TOO_LARGE'
  | 'ENVELOPE_INVALID'
  | 'ANSWER_INVALID'
  | 'BUDGET_SPENT'
  | 'COOLING_DOWN';

export interface LanguageModelFailure {
  readonly code: FailureCode;
  readonly detail: string;
  /** How long the provider asked to be left alone; undefined when it did not say. */
  readonly retryAfterMs?: number;
}
