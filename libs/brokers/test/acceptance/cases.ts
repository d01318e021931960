import type { AcceptanceCase } from './case.js';

/** Every rule, in the order of the acceptance table. */
export const ACCEPTANCE_CASES: readonly AcceptanceCase[] = [];
