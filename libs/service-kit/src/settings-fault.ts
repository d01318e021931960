/** What is wrong with one setting. Never holds the value of a secret. */
export interface SettingsFault {
  /** Name of the environment variable. */
  readonly variable: string;
  readonly rule: 'missing' | 'invalid' | 'unknown' | 'unreadable-file' | 'given-twice';
  readonly message: string;
}

/** Every fault of the settings at once. The process ends with exit code 78 (EX_CONFIG) and must not be started again unchanged. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code = 'settings';
  constructor(readonly faults: readonly SettingsFault[]) {
    super(`${faults.length} setting(s) are wrong:\n${faults.map((fault) => `- ${fault.variable}: ${fault.message}`).join('\n')}`);
  }
}
