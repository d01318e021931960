/** A question and the usable answer it got. */
export interface LoggedAnswer {
  readonly promptHash: string;
  readonly analyst: string;
  readonly prompt: string;
  readonly answer: string;
  readonly answerHash: string;
  /** True when the first answer was unusable and this is the second. */
  readonly repaired: boolean;
}

/** Content-addressed and append-only: a question that has an answer keeps it for ever, so that a replay is exact. */
export interface AnswerLog {
  find(promptHash: string): Promise<LoggedAnswer | undefined>;
  /** Keeps the answer unless the question has one; returns the one that is kept. */
  keep(answer: LoggedAnswer): Promise<LoggedAnswer>;
}
