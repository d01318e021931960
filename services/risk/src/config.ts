import { readFile } from 'node:fs/promises';

import { parseRiskProfile, RiskProfileError } from '@tradewind/risk';
import type { RiskProfile } from '@tradewind/risk';
import { setting, SettingsError } from '@tradewind/service-kit';
import { z } from 'zod';

/** TW_RISK_… */
export const settings = z.object({
  /** One of the profiles that ship with the service. */
  profile: setting.oneOf(['demo', 'paper', 'trial', 'live']).default('paper'),
  /** A profile file of one's own, instead. */
  profilePath: setting.text().optional(),
});

export type RiskSettings = z.output<typeof settings>;

const settingsError = (variable: string, messages: readonly string[]): SettingsError =>
  new SettingsError(messages.map((message) => ({ variable, rule: 'invalid', message })));

/** The profile that the settings name. Rejects with SettingsError, naming every fault, when the file is missing, is no JSON or is no valid profile. */
export const loadRiskProfile = async ({ profile, profilePath }: RiskSettings): Promise<RiskProfile> => {
  const variable = profilePath === undefined ? 'TW_RISK_PROFILE' : 'TW_RISK_PROFILE_PATH';
  const file = profilePath ?? new URL(`../profiles/${profile}.json`, import.meta.url);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw settingsError(variable, [`the profile cannot be read: ${error instanceof Error ? error.message : String(error)}`]);
  }
  try {
    return parseRiskProfile(json);
  } catch (error) {
    if (error instanceof RiskProfileError) throw settingsError(variable, error.faults);
    throw error;
  }
};
