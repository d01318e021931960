import { type BaseSettings, setting, SettingsError, type SettingsFault } from '@tradewind/service-kit';
import { z } from 'zod';

const TIMEOUT_MS_MAX = 120_000;
const CALLS_PER_MINUTE_MAX = 6_000;
const PARALLEL_MAX = 64;

/** TW_ANALYSIS_… */
export const settings = z.object({
  provider: setting.oneOf(['rules', 'ollama', 'openai']).default('rules'),
  /** `http://127.0.0.1:11434` for Ollama, `https://…/v1` for a server that speaks OpenAI's. */
  baseUrl: z.url({ protocol: /^https?$/ }).optional(),
  model: setting.text().optional(),
  apiKey: setting.secret().optional(),
  /** For one call; the whole of an analysis should stay under 5 s, a repair included. */
  timeoutMs: setting.integer({ least: 50, most: TIMEOUT_MS_MAX }).default(2_400),
  callsPerMinuteMax: setting.integer({ least: 1, most: CALLS_PER_MINUTE_MAX }).default(60),
  /** Folders of feature sets beside those of the product, comma-separated. */
  featureSetFolders: setting.list().default([]),
  parallelMax: setting.integer({ least: 1, most: PARALLEL_MAX }).default(4),
});

export type AnalysisSettings = z.output<typeof settings>;

export type ProviderChoice =
  | { readonly kind: 'rules' }
  | {
      readonly kind: 'ollama' | 'openai';
      readonly baseUrl: string;
      readonly model: string;
      readonly apiKey: string;
      readonly timeoutMs: number;
      readonly callsPerMinuteMax: number;
      readonly parallelMax: number;
    };

/** Which analyst was asked for. Throws SettingsError when a language model lacks its address or name. */
export const providerChoice = (config: AnalysisSettings & BaseSettings): ProviderChoice => {
  const { provider, baseUrl, model, apiKey = '', timeoutMs, callsPerMinuteMax, parallelMax } = config;
  if (provider === 'rules') return { kind: 'rules' };
  const faults: SettingsFault[] = [];
  const required = (variable: string): void => {
    faults.push({ variable, rule: 'missing', message: `is required when TW_ANALYSIS_PROVIDER is ${provider}` });
  };
  if (baseUrl === undefined) required('TW_ANALYSIS_BASE_URL');
  if (model === undefined) required('TW_ANALYSIS_MODEL');
  if (baseUrl === undefined || model === undefined) throw new SettingsError(faults);
  return { kind: provider, baseUrl, model, apiKey, timeoutMs, callsPerMinuteMax, parallelMax };
};
