import type { ModelStageChanged } from '@tradewind/models';

import type { AlertRule } from '../signal.js';

/** A model version that changes its stage, by whom and why. */
export const modelStage: AlertRule = {
  kinds: ['model-stage'],
  read: ({ fact, factId, at }) => {
    const { model, version, previous, stage, actor, reason } = fact as ModelStageChanged;
    return [
      {
        key: `model/${factId}`,
        group: 'models',
        severity: 'INFO',
        state: 'RAISED',
        title: `Model ${model}@${version}: ${previous ?? 'new'} to ${stage}`,
        lines: [`by ${actor}`, reason],
        at,
        factId,
      },
    ];
  },
};
