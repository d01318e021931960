export type { FeaturesComputed, FeatureVector } from './vector.js';
