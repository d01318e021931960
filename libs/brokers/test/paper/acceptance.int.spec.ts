import { brokerAcceptance } from '../acceptance/suite.js';
import { paperHarness } from './paper-market.js';

brokerAcceptance('paper', paperHarness);
