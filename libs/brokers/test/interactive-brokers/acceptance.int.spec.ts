import { brokerAcceptance } from '../acceptance/suite.js';
import { twsHarness } from './tws-venue.js';

brokerAcceptance('interactive-brokers', twsHarness);
