import { toNumber } from '@tradewind/vocabulary';

import type { Breaker, MonitorView } from '../breakers/breaker.js';
import { accuracyOf } from './control-state.js';

/** Undefined while too few outcomes are known. */
const accuracyIn = ({ state, profile }: MonitorView): number | undefined => {
  const { modelAccuracy: settings } = profile.controls;
  const accuracy = accuracyOf(state.controls);
  return settings === 'off' || accuracy === undefined || accuracy.total < settings.forecastsMin ? undefined : accuracy.share;
};

/** RK7: signals that are wrong more often than right. They are judged on while entries are refused, so that they can show that they are right again. */
export const modelAccuracy: Breaker = {
  rule: 'model-accuracy',
  action: 'REFUSE_ENTRIES',
  reason: 'the signals are right too seldom',
  endReason: 'the signals are right again',
  becomes: ({ controls }) => (controls.modelAccuracy === 'off' ? 'ACTIVE' : controls.modelAccuracy.becomes),
  isTripped: (view) => {
    const accuracy = accuracyIn(view);
    const { modelAccuracy: settings } = view.profile.controls;
    return settings !== 'off' && accuracy !== undefined && accuracy < toNumber(settings.limit);
  },
  isOver: (view) => {
    const { modelAccuracy: settings } = view.profile.controls;
    return settings === 'off' || (accuracyIn(view) ?? 0) >= toNumber(settings.rearm);
  },
  measured: (view) => accuracyOf(view.state.controls)?.share ?? 0,
  limit: ({ controls }) => (controls.modelAccuracy === 'off' ? 0 : toNumber(controls.modelAccuracy.limit)),
};
