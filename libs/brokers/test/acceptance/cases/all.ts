import type { AcceptanceCase } from '../case.js';
import { accountCases } from './account.js';
import { cancelCases } from './cancelling.js';
import { groupCases } from './grouping.js';
import { linkCases } from './linking.js';
import { refusalCases } from './refusing.js';
import { replaceCases } from './replacing.js';
import { sendingCases } from './sending.js';
import { takingCases } from './taking.js';
import { timeCases } from './times.js';
import { tradingCases } from './trading.js';

/** Every rule, in the order of the acceptance table. */
export const ACCEPTANCE_CASES: readonly AcceptanceCase[] = [
  ...tradingCases,
  ...timeCases,
  ...refusalCases,
  ...cancelCases,
  ...replaceCases,
  ...groupCases,
  ...accountCases,
  ...linkCases,
  ...sendingCases,
  ...takingCases,
];
