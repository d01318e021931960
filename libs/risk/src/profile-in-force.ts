import { parseRiskProfile, riskProfileDigest } from './profile-parse.js';
import type { RiskProfile } from './profile.js';
import { completeRisk } from './risk-state.js';
import type { RiskState } from './risk-state.js';

/** The profile that holds for a state: what a command put in force, else the one of the settings. Each text is read once. */
export class ProfileInForce {
  #text = '';
  #profile: RiskProfile;
  #digest: string;

  constructor(private readonly configured: RiskProfile) {
    this.#profile = configured;
    this.#digest = riskProfileDigest(configured);
  }

  /** Throws RiskProfileError when a saved text is no valid profile any more, as after an upgrade: trading by other limits would be worse than not starting. */
  of(state: RiskState): RiskProfile {
    const { profileText } = completeRisk(state);
    if (profileText !== this.#text) {
      this.#profile = profileText === '' ? this.configured : parseRiskProfile(JSON.parse(profileText));
      this.#digest = riskProfileDigest(this.#profile);
      this.#text = profileText;
    }
    return this.#profile;
  }

  /** SHA-256 of the profile's text, hex. */
  digestOf(state: RiskState): string {
    this.of(state);
    return this.#digest;
  }
}
