import { type DynamicModule, Module } from '@nestjs/common';
import { readFeatureSets } from '@tradewind/feature-sets';
import type { Kit } from '@tradewind/service-kit';
import { type MarketViewReader, signalRulesFor } from '@tradewind/signals';
import { Counter } from 'prom-client';

import { type AnalysisSettings, type ProviderChoice, providerChoice } from './config.js';
import { AnalysisConsumer } from './consumer.js';
import { AnalysisHandler } from './handler.js';
import { CallBudget } from './language-model/call-budget.js';
import type { LanguageModelFailure } from './language-model/failure.js';
import { LanguageModelAnalyst } from './language-model/language-model-analyst.js';
import { LanguageModelProvider } from './language-model/language-model-provider.js';
import { ollamaModel } from './language-model/ollama.js';
import { openAiModel } from './language-model/openai.js';
import type { AnalysisProvider } from './provider.js';
import { rulesProvider } from './rules-provider.js';

@Module({})
class AnalysisModule {}

const failureReporter = ({ registry, log }: Pick<Kit, 'registry' | 'log'>): ((failure: LanguageModelFailure) => void) => {
  const failures = new Counter({
    name: 'tw_analysis_failures_total',
    help: 'Questions that the language model did not answer usably',
    labelNames: ['code'],
    registers: [registry],
  });
  return (failure) => {
    failures.inc({ code: failure.code });
    log.warn(failure, 'the language model gave no usable answer: the rules speak instead');
  };
};

const languageModelProvider = async (
  kit: Kit<AnalysisSettings>,
  choice: Exclude<ProviderChoice, { kind: 'rules' }>,
  read: MarketViewReader,
): Promise<AnalysisProvider> => {
  const model = choice.kind === 'ollama' ? ollamaModel(choice) : openAiModel(choice);
  // Only now: the database client takes some 30 MB that the rules do without.
  const { AnswerStore } = await import('./store.js');
  const store = new AnswerStore(kit.database);
  kit.onShutdown('answer log', () => store.close());
  const analyst = new LanguageModelAnalyst(model, store, new CallBudget(kit.clock, choice.callsPerMinuteMax));
  return new LanguageModelProvider({ analyst, read, parallelMax: choice.parallelMax, onFailure: failureReporter(kit) });
};

/** Chooses the analyst and wires the service. Throws SettingsError when the settings of a language model are incomplete. */
export const buildAnalysis = async (kit: Kit<AnalysisSettings>): Promise<DynamicModule> => {
  const choice = providerChoice(kit.config);
  const { read } = signalRulesFor(await readFeatureSets(...kit.config.featureSetFolders));
  const provider = choice.kind === 'rules' ? rulesProvider(read) : await languageModelProvider(kit, choice, read);
  kit.log.info({ analyst: choice.kind === 'rules' ? 'rules' : `${choice.kind}/${choice.model}` }, 'the analyst');
  return {
    module: AnalysisModule,
    controllers: [AnalysisConsumer],
    providers: [{ provide: AnalysisHandler, useValue: new AnalysisHandler(provider, kit.bus) }],
  };
};
