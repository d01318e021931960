import { brokerAcceptance } from './acceptance/suite.js';
import { twsHarness } from './interactive-brokers/tws-venue.js';

brokerAcceptance('interactive-brokers', twsHarness);
