import { toNumber } from '@tradewind/vocabulary';

import type { Ratio, RiskProfile } from '../profile.js';
import type { Breaker, MonitorView } from './breaker.js';

interface Episode {
  readonly limit: Ratio;
  readonly rearm: Ratio;
}

interface MeasuredRule<S extends Episode> extends Pick<Breaker, 'rule' | 'action' | 'reason' | 'endReason' | 'becomes'> {
  readonly settings: (profile: RiskProfile) => S | 'off';
  /** Undefined when it can't be measured. */
  readonly measure: (view: MonitorView, settings: S) => number | undefined;
  readonly cuts?: (view: MonitorView, settings: S) => ReadonlyMap<string, number>;
}

/** A breaker on an estimate: trips at its limit, is over at its rearm value. */
export const measuredBreaker = <S extends Episode>(rule: MeasuredRule<S>): Breaker => {
  const { settings, measure, cuts } = rule;
  const read = (view: MonitorView): { readonly value: number | undefined; readonly set: S } | 'off' => {
    const set = settings(view.profile);
    return set === 'off' ? 'off' : { value: measure(view, set), set };
  };
  return {
    rule: rule.rule,
    action: rule.action,
    reason: rule.reason,
    endReason: rule.endReason,
    becomes: rule.becomes,
    isTripped: (view) => {
      const reading = read(view);
      return reading !== 'off' && reading.value !== undefined && reading.value >= toNumber(reading.set.limit);
    },
    isOver: (view) => {
      const reading = read(view);
      return reading === 'off' || (reading.value !== undefined && reading.value <= toNumber(reading.set.rearm));
    },
    measured: (view) => {
      const reading = read(view);
      return reading === 'off' ? 0 : (reading.value ?? 0);
    },
    limit: (profile) => {
      const set = settings(profile);
      return set === 'off' ? 0 : toNumber(set.limit);
    },
    ...(cuts === undefined
      ? {}
      : {
          cuts: (view: MonitorView) => {
            const set = settings(view.profile);
            return set === 'off' ? new Map<string, number>() : cuts(view, set);
          },
        }),
  };
};
