import { MessageReader } from '@tradewind/connectors';

import { BrokerError } from '../broker.js';

/** Reads the messages of one broker. What breaks a rule is thrown as BrokerError BAD_RESPONSE with the field and the rule. */
export const brokerFields = (broker: string): MessageReader =>
  new MessageReader((message, fault) => new BrokerError('BAD_RESPONSE', `${broker}: ${message}`, fault));
