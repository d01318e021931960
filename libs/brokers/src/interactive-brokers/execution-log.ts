import type { Execution } from '@tradewind/tws';
import type { Money, Price, Quantity } from '@tradewind/vocabulary';

/** `0000e0d5.6532a1b0.01.01`: the last number counts corrections, what is before it names the execution for good. */
const NUMBERED = /^(.+)\.(\d{2,3})$/;

export const executionNameOf = (executionId: string): { readonly base: string; readonly revision: number } => {
  const match = NUMBERED.exec(executionId);
  return match === null ? { base: executionId, revision: 1 } : { base: match[1]!, revision: Number(match[2]) };
};

export interface Commission {
  readonly commission: Money;
  readonly currency: string;
}

interface Known {
  revision: number;
  quantity: Quantity;
  price: Price;
}

/** What an execution is: the first word of it, a later one, or nothing new; `VOID` is one of no shares that takes nothing back. */
export type ExecutionNews = 'VOID' | 'NEW' | 'NEW_CORRECTED' | 'CORRECTED' | 'BUSTED' | 'KNOWN';

const EXECUTIONS_MAX = 200_000;

/** Executions and commissions of the day: what has been told, so that nothing is told twice. */
export class ExecutionLog {
  readonly #known = new Map<string, Known>();
  readonly #commissions = new Map<string, Commission>();

  take(execution: Execution): ExecutionNews {
    const { base, revision } = executionNameOf(execution.executionId);
    const { quantity, price } = execution;
    const known = this.#known.get(base);
    if (known === undefined) {
      // Not remembered: what it should have said is told when TWS is asked again.
      if (quantity === 0n && revision === 1) return 'VOID';
      if (this.#known.size >= EXECUTIONS_MAX) this.#known.delete(this.#known.keys().next().value!);
      this.#known.set(base, { revision, quantity, price });
      if (quantity === 0n) return 'BUSTED';
      return revision > 1 ? 'NEW_CORRECTED' : 'NEW';
    }
    if (revision <= known.revision) return 'KNOWN';
    Object.assign(known, { revision, quantity, price });
    return quantity === 0n ? 'BUSTED' : 'CORRECTED';
  }

  /** False when it was told before, to the cent. */
  takeCommission(executionId: string, commission: Commission): boolean {
    const known = this.#commissions.get(executionId);
    if (known?.commission === commission.commission && known.currency === commission.currency) return false;
    if (this.#commissions.size >= EXECUTIONS_MAX) this.#commissions.delete(this.#commissions.keys().next().value!);
    this.#commissions.set(executionId, commission);
    return true;
  }

  commissionOf(executionId: string): Commission | undefined {
    return this.#commissions.get(executionId);
  }
}
