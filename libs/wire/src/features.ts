import type { FeaturesComputed, FeatureVector } from '@tradewind/features';

import type { FactCodec } from './fact-codec.js';
import { readHeader, writeHeader } from './header.js';
import { readNanos, readSymbol, readText } from './scalars.js';

export const featuresCodec: FactCodec<FeaturesComputed, 'features.vectors'> = {
  write: (fact) => ({
    header: writeHeader(fact.header, fact.final),
    vectors: fact.vectors.map((vector) => ({
      id: vector.id,
      symbol: vector.symbol,
      atNs: vector.at,
      barId: vector.barId,
      setHash: vector.setHash,
      values: Array.from(vector.values),
      warm: vector.warm,
      warmUp: vector.warmUp,
    })),
  }),
  read: (message) => ({
    ...readHeader(message.header),
    vectors: message.vectors.map((vector, index): FeatureVector => ({
      id: readText(vector.id, `vectors[${index}].id`),
      symbol: readSymbol(vector.symbol, `vectors[${index}].symbol`),
      at: readNanos(vector.atNs, `vectors[${index}].at_ns`),
      barId: readText(vector.barId, `vectors[${index}].bar_id`),
      setHash: readText(vector.setHash, `vectors[${index}].set_hash`),
      values: Float64Array.from(vector.values),
      warm: vector.warm,
      warmUp: vector.warmUp,
    })),
  }),
};
