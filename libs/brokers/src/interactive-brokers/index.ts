import type { BrokerDefinition } from '../broker.js';
import { InteractiveBrokersBroker } from './broker.js';
import { BROKER } from './name.js';
import { type InteractiveBrokersSettings, settings } from './settings.js';

export const definition: BrokerDefinition = {
  name: BROKER,
  settings,
  open: (parsed, environment) => new InteractiveBrokersBroker(parsed as InteractiveBrokersSettings, environment),
};
