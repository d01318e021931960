import type { BorrowPolicy } from './borrow-policy.js';

/** Whatever the instrument table calls shortable can be borrowed without limit and free of charge. */
export const borrowFreely: BorrowPolicy = { locatable: () => undefined, yearlyRate: () => 0 };
