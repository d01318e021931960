import { type Analysis, type MarketView } from '@tradewind/signals';
import { failed, isoFromNanos, type Result, succeeded } from '@tradewind/vocabulary';

import type { AnswerLog, LoggedAnswer } from './answer-log.js';
import { type Answer, ANSWER_JSON_SCHEMA, readAnswer } from './answer.js';
import type { CallBudget } from './call-budget.js';
import type { ChatMessage, ChatModel } from './chat.js';
import type { LanguageModelFailure } from './failure.js';
import { promptHashOf, promptOf, repairPromptOf, sha256 } from './prompt.js';

const ANSWERS_CACHED_MAX = 10_000;

interface Usable {
  readonly text: string;
  readonly repaired: boolean;
}

/**
 * Asks a chat model about a market state. In order: the cache, the log (a question that was ever answered is never asked again), the budget, the
 * model, one repair attempt. Equal questions of one step share one call. A failure is returned, not thrown; only the log's database throws.
 */
export class LanguageModelAnalyst {
  readonly #answers = new Map<string, LoggedAnswer>();
  readonly #asking = new Map<string, Promise<Result<LoggedAnswer, LanguageModelFailure>>>();

  constructor(
    private readonly model: ChatModel,
    private readonly log: AnswerLog,
    private readonly budget: CallBudget,
  ) {}

  async analyse(view: MarketView): Promise<Result<Analysis, LanguageModelFailure>> {
    const prompt = promptOf(view);
    const promptHash = promptHashOf(this.model.label, prompt);
    const cached = this.#answers.get(promptHash);
    const logged = cached === undefined ? await this.#askOnce(promptHash, prompt) : succeeded(cached);
    if (!logged.ok) return logged;
    this.#remember(logged.value);
    const answer = readAnswer(logged.value.answer);
    if (!answer.ok) return failed({ code: 'ANSWER_INVALID', detail: `logged answer ${promptHash}: ${answer.error}` });
    return succeeded(this.#analysisOf(view, answer.value, logged.value));
  }

  #askOnce(promptHash: string, prompt: readonly ChatMessage[]): Promise<Result<LoggedAnswer, LanguageModelFailure>> {
    const asking = this.#asking.get(promptHash);
    if (asking !== undefined) return asking;
    const started = this.#lookUpOrAsk(promptHash, prompt).finally(() => this.#asking.delete(promptHash));
    this.#asking.set(promptHash, started);
    return started;
  }

  async #lookUpOrAsk(promptHash: string, prompt: readonly ChatMessage[]): Promise<Result<LoggedAnswer, LanguageModelFailure>> {
    const known = await this.log.find(promptHash);
    if (known !== undefined) return succeeded(known);
    const usable = await this.#usableAnswer(prompt);
    if (!usable.ok) return usable;
    const { text, repaired } = usable.value;
    return succeeded(
      await this.log.keep({
        promptHash,
        analyst: this.model.label,
        prompt: JSON.stringify(prompt),
        answer: text,
        answerHash: sha256(text),
        repaired,
      }),
    );
  }

  async #usableAnswer(prompt: readonly ChatMessage[]): Promise<Result<Usable, LanguageModelFailure>> {
    const first = await this.#ask(prompt);
    if (!first.ok) return first;
    const fault = readAnswer(first.value);
    if (fault.ok) return succeeded({ text: first.value, repaired: false });
    const second = await this.#ask(repairPromptOf(prompt, first.value, fault.error));
    if (!second.ok) return second;
    const again = readAnswer(second.value);
    return again.ok ? succeeded({ text: second.value, repaired: true }) : failed({ code: 'ANSWER_INVALID', detail: again.error });
  }

  async #ask(messages: readonly ChatMessage[]): Promise<Result<string, LanguageModelFailure>> {
    const refusal = this.budget.take();
    if (refusal !== undefined) return failed(refusal);
    const answer = await this.model.ask(messages, ANSWER_JSON_SCHEMA);
    if (answer.ok) this.budget.succeeded();
    else this.budget.failed(answer.error);
    return answer;
  }

  /** Oldest out: a Map keeps the order of insertion. */
  #remember(answer: LoggedAnswer): void {
    if (this.#answers.has(answer.promptHash)) return;
    this.#answers.set(answer.promptHash, answer);
    const oldest = this.#answers.size > ANSWERS_CACHED_MAX ? this.#answers.keys().next().value : undefined;
    if (oldest !== undefined) this.#answers.delete(oldest);
  }

  #analysisOf(view: MarketView, answer: Answer, { promptHash, answerHash }: LoggedAnswer): Analysis {
    return {
      id: `an/${view.symbol}/${isoFromNanos(view.at)}/${this.model.label}`,
      symbol: view.symbol,
      at: view.at,
      vectorId: view.vectorId,
      analyst: this.model.label,
      ruleBased: false,
      signalType: answer.signal_type,
      stance: answer.stance,
      confidence: answer.confidence,
      risk: answer.risk,
      rationale: answer.rationale,
      promptHash,
      answerHash,
    };
  }
}
