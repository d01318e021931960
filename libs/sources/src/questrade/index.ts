import type { SourceDefinition } from '../source.js';
import { SOURCE } from './decode.js';
import { settings } from './settings.js';
import { QuestradeSource } from './source.js';

export const definition: SourceDefinition<typeof settings> = {
  name: SOURCE,
  settings,
  open: (values, environment) => new QuestradeSource(values, environment),
};
