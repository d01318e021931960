import { least } from '@tradewind/vocabulary';
import type { Quantity } from '@tradewind/vocabulary';

import type { QueueModel } from './queue-model.js';

/** Each unit at the price is as likely to be cancelled: those before us lose their share, `cancelled × ahead ÷ shown`, rounded down (against us). */
export const cancelsProportional: QueueModel = {
  name: 'proportional',
  cancelledAhead: (ahead, shown, cancelled) => (shown <= 0n ? ahead : least(ahead, ((cancelled * ahead) / shown) as Quantity)),
};
