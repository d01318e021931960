import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

/** Only kinds of instruments that the account is meant for: no simulated share on a real account, no penny stock where the profile has none. */
export const permittedAsset: SignalCheck = {
  name: 'permitted-asset',
  check: ({ decision, instrument, profile: { universe } }) => {
    if (decision.action !== 'ENTER' || instrument === undefined) return undefined;
    const { assetClass, category } = instrument;
    if (universe.assetClasses.includes(assetClass) && universe.categories.includes(category)) return undefined;
    return denial('ASSET_NOT_PERMITTED', { assetClass, category });
  },
};
