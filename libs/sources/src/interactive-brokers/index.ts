import type { SourceDefinition } from '../source.js';
import { SOURCE } from './name.js';
import { settings } from './settings.js';
import { InteractiveBrokersSource } from './source.js';

export const definition: SourceDefinition<typeof settings> = {
  name: SOURCE,
  settings,
  open: (parsed, environment) => new InteractiveBrokersSource(parsed, environment),
};
