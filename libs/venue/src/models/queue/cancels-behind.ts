import { ZERO_QUANTITY } from '@tradewind/vocabulary';

import type { QueueModel } from './queue-model.js';

/** Everyone who cancels stood behind us, as long as there are enough of them: the most cautious assumption. */
export const cancelsBehind: QueueModel = { name: 'none', cancelledAhead: () => ZERO_QUANTITY };
