import type { RiskProfile } from './profile.js';

/** Entries are judged by what the portfolio would have returned: nothing is entered without enough bars of it. */
export const judgesPortfolio = ({ portfolio, impact }: RiskProfile): boolean =>
  portfolio.correlationMax !== 'off' ||
  portfolio.volatilityMax !== 'off' ||
  portfolio.valueAtRisk !== 'off' ||
  portfolio.beta !== 'off' ||
  impact !== 'off';

/** Some limit, breaker or control of the profile is estimated from the bars of many steps: whoever decides steps has to keep a history. */
export const asksForHistory = (profile: RiskProfile): boolean => {
  const { limits, breakers, controls } = profile;
  return (
    judgesPortfolio(profile) ||
    limits.priceBand !== 'off' ||
    limits.volumeShare !== 'off' ||
    breakers.valueAtRisk !== 'off' ||
    breakers.factorExposure !== 'off' ||
    breakers.correlationBreakdown !== 'off' ||
    breakers.volatilitySpike !== 'off' ||
    controls.modelAccuracy !== 'off'
  );
};
