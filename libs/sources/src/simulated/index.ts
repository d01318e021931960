import type { SourceDefinition } from '../source.js';
import { settings } from './settings.js';
import { SimulatedSource } from './source.js';

export const definition: SourceDefinition<typeof settings> = {
  name: 'simulated',
  settings,
  open: (values, environment) => new SimulatedSource(values, environment),
};
