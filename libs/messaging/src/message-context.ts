import { BaseRpcContext } from '@nestjs/microservices';
import type { EventName } from '@tradewind/contracts';
import type { UnixNanos } from '@tradewind/vocabulary';

import type { ReceivedEvent } from './messages.js';

/** What a handler may know of the message besides its fact: `@Ctx() context: MessageContext`. */
export class MessageContext extends BaseRpcContext<[ReceivedEvent]> {
  get event(): EventName {
    return this.args[0].event;
  }
  get subject(): string {
    return this.args[0].subject;
  }
  get partition(): number {
    return this.args[0].partition;
  }
  /** Stream sequence. */
  get sequence(): number {
    return this.args[0].sequence;
  }
  get messageId(): string {
    return this.args[0].messageId;
  }
  /** 1 on the first delivery. */
  get deliveries(): number {
    return this.args[0].deliveries;
  }
  get headers(): Readonly<Record<string, string>> {
    return this.args[0].headers;
  }
  /** When the stream stored it, nanoseconds since 1970 UTC. */
  get publishedAt(): UnixNanos {
    return this.args[0].publishedAt;
  }
  get payload(): Uint8Array {
    return this.args[0].payload;
  }
}
