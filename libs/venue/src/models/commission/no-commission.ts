import { ZERO_MONEY } from '@tradewind/vocabulary';

import type { CommissionPolicy } from './commission-policy.js';

export const noCommission: CommissionPolicy = { commission: () => ZERO_MONEY };
