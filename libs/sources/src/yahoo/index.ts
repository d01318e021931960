import type { SourceDefinition } from '../source.js';
import { SOURCE } from './decode.js';
import { settings } from './settings.js';
import { YahooSource } from './source.js';

export const definition: SourceDefinition<typeof settings> = {
  name: SOURCE,
  settings,
  open: (values, environment) => new YahooSource(values, environment),
};
