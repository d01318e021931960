import { ModelStage as WireStage } from '@tradewind/contracts';
import type { ModelStage, ModelStageChanged, Prediction, PredictionsMade } from '@tradewind/models';

import type { FactCodec } from './fact-codec.js';
import { readHeader, writeHeader } from './header.js';
import { enumCodec, readFinite, readFraction, readNanos, readSymbol, readText } from './scalars.js';

export const modelStage = enumCodec<ModelStage, WireStage>({
  REGISTERED: WireStage.REGISTERED,
  SHADOW: WireStage.SHADOW,
  CANARY: WireStage.CANARY,
  CHAMPION: WireStage.CHAMPION,
  RETIRED: WireStage.RETIRED,
});

export const predictionsCodec: FactCodec<PredictionsMade, 'inference.predictions'> = {
  write: (fact) => ({
    header: writeHeader(fact.header, fact.final),
    predictions: fact.predictions.map(({ at, ...prediction }) => ({ ...prediction, atNs: at })),
  }),
  read: (message) => ({
    ...readHeader(message.header),
    predictions: message.predictions.map((prediction, index): Prediction => {
      const at = `predictions[${index}]`;
      return {
        id: readText(prediction.id, `${at}.id`),
        symbol: readSymbol(prediction.symbol, `${at}.symbol`),
        at: readNanos(prediction.atNs, `${at}.at_ns`),
        vectorId: readText(prediction.vectorId, `${at}.vector_id`),
        model: readText(prediction.model, `${at}.model`),
        version: prediction.version,
        digest: readText(prediction.digest, `${at}.digest`),
        horizonBars: prediction.horizonBars,
        score: readFinite(prediction.score, `${at}.score`),
        probabilityUp: readFraction(prediction.probabilityUp, `${at}.probability_up`),
        baseRateUp: readFraction(prediction.baseRateUp, `${at}.base_rate_up`),
      };
    }),
  }),
};

export const modelStageChangedCodec: FactCodec<ModelStageChanged, 'inference.stages'> = {
  write: (fact) => ({
    id: fact.id,
    atNs: fact.at,
    model: fact.model,
    version: fact.version,
    digest: fact.digest,
    previous: fact.previous === undefined ? WireStage.UNSPECIFIED : modelStage.write(fact.previous),
    stage: modelStage.write(fact.stage),
    actor: fact.actor,
    reason: fact.reason,
  }),
  read: (message) => ({
    id: readText(message.id, 'id'),
    at: readNanos(message.atNs, 'at_ns'),
    model: readText(message.model, 'model'),
    version: message.version,
    digest: readText(message.digest, 'digest'),
    previous: message.previous === WireStage.UNSPECIFIED ? undefined : modelStage.read(message.previous, 'previous'),
    stage: modelStage.read(message.stage, 'stage'),
    actor: readText(message.actor, 'actor'),
    reason: message.reason,
  }),
};
