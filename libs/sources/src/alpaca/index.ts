import type { SourceDefinition } from '../source.js';
import { settings } from './settings.js';
import { AlpacaSource } from './source.js';

export const definition: SourceDefinition<typeof settings> = {
  name: 'alpaca',
  settings,
  open: (parsed, environment) => new AlpacaSource(parsed, environment),
};
