import type { SourceDefinition } from '../source.js';
import { settings } from './settings.js';
import { RecordedSource } from './source.js';

export const definition: SourceDefinition<typeof settings> = {
  name: 'recorded',
  settings,
  open: (values, environment) => new RecordedSource(values, environment),
};
