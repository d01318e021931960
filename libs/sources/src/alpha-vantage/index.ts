import type { SourceDefinition } from '../source.js';
import { SOURCE } from './client.js';
import { settings } from './settings.js';
import { AlphaVantageSource } from './source.js';

export const definition: SourceDefinition<typeof settings> = {
  name: SOURCE,
  settings,
  open: (values, environment) => new AlphaVantageSource(values, environment),
};
