import { brokerAcceptance } from '../acceptance/suite.js';
import { alpacaHarness } from './alpaca-venue.js';

brokerAcceptance('alpaca', alpacaHarness);
