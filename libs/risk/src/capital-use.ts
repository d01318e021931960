import { add, scaleBy, subtract, ZERO_MONEY } from '@tradewind/vocabulary';
import type { Money } from '@tradewind/vocabulary';

import type { RiskProfile } from './profile.js';

type Strategy = Exclude<RiskProfile['strategies'], 'off'>[number];
/** Buckets that strategies draw on; the fourth, the reserve, is nobody's. */
export type Bucket = Strategy['bucket'];
const BUCKETS: readonly Bucket[] = ['core', 'growth', 'opportunistic'];

/** How much of a bucket or of a strategy's budget is in use. */
export interface CapitalUsed {
  /** `bucket:core`, `strategy:trend`. */
  readonly name: string;
  readonly used: Money;
  readonly budget: Money;
}

/** The approved strategy that a type of signal belongs to; undefined when there is none, or no list. */
export const strategyOf = ({ strategies }: RiskProfile, signalType: string): Strategy | undefined =>
  strategies === 'off' ? undefined : strategies.find(({ signalTypes }) => signalTypes.includes(signalType));

/** Exposure by strategy and by bucket, reservations counted. Keeps nothing when the profile has no strategies. */
export class CapitalUse {
  readonly isKept: boolean;
  readonly #strategies = new Map<string, { readonly strategy: Strategy; used: Money }>();
  readonly #buckets = new Map<Bucket, Money>(BUCKETS.map((bucket) => [bucket, ZERO_MONEY]));
  readonly #shares: RiskProfile['buckets'];

  constructor({ strategies, buckets }: RiskProfile) {
    this.isKept = strategies !== 'off';
    this.#shares = buckets;
    if (strategies !== 'off') for (const strategy of strategies) this.#strategies.set(strategy.name, { strategy, used: ZERO_MONEY });
  }

  /** What a strategy took that the profile does not know any more is the account's own. */
  take(name: string, value: Money): void {
    const known = this.#strategies.get(name);
    if (known === undefined) return;
    known.used = add(known.used, value);
    const { bucket } = known.strategy;
    this.#buckets.set(bucket, add(this.#buckets.get(bucket)!, value));
  }

  /** What a strategy may still take of its budget; undefined when it has none. */
  strategyRoom(name: string, equity: Money): Money | undefined {
    const known = this.#strategies.get(name);
    return known === undefined ? undefined : subtract(scaleBy(equity, known.strategy.budgetMax), known.used);
  }

  /** What a strategy's bucket still holds; undefined when the profile has no buckets or does not know the strategy. */
  bucketRoom(name: string, equity: Money): Money | undefined {
    const known = this.#strategies.get(name);
    if (known === undefined || this.#shares === 'off') return undefined;
    const { bucket } = known.strategy;
    return subtract(scaleBy(equity, this.#shares[bucket]), this.#buckets.get(bucket)!);
  }

  /** Use of every bucket, the reserve last, and of every strategy, for reports. */
  report(equity: Money): readonly CapitalUsed[] {
    const shares = this.#shares;
    const buckets =
      shares === 'off'
        ? []
        : [
            ...BUCKETS.map((bucket) => ({
              name: `bucket:${bucket}`,
              used: this.#buckets.get(bucket)!,
              budget: scaleBy(equity, shares[bucket]),
            })),
            { name: 'bucket:reserve', used: ZERO_MONEY, budget: scaleBy(equity, shares.reserve) },
          ];
    const strategies = [...this.#strategies.values()].map(({ strategy, used }) => ({
      name: `strategy:${strategy.name}`,
      used,
      budget: scaleBy(equity, strategy.budgetMax),
    }));
    return [...buckets, ...strategies];
  }
}
