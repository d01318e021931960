import { MessageReader } from '@tradewind/connectors';

import { SourceError } from '../source.js';

/** Reads the messages of one source. What breaks a rule is thrown as SourceError BAD_RESPONSE. */
export class FieldReader extends MessageReader {
  constructor(source: string) {
    super((message, fault) => new SourceError('BAD_RESPONSE', source, message, fault));
  }
}
