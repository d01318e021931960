import type { BrokerDefinition } from '../broker.js';
import { AlpacaBroker } from './broker.js';
import { type AlpacaBrokerSettings, settings } from './settings.js';

export const definition: BrokerDefinition = {
  name: 'alpaca',
  settings,
  open: (parsed, environment) => new AlpacaBroker(parsed as AlpacaBrokerSettings, environment),
};
