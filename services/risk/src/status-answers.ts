import type { Bus } from '@tradewind/messaging';
import { riskProfileText } from '@tradewind/risk';
import type { ProfileInForce } from '@tradewind/risk';

import type { RiskHandler } from './handler.js';
import type { SilenceWatch } from './silence-watch.js';
import { decodeStatusRequest, encodeStatus, STATUS_REQUEST } from './wire.js';

class UnknownAccountError extends Error {
  override readonly name = 'UnknownAccountError';
  readonly code = 'unknown-account';
}

/** Answers what risk knows. Only an instance that has acted answers: a standby knows nothing of now, and silence is what a dead-man's switch listens for. */
export class StatusAnswers {
  #isOpen = false;

  constructor(
    private readonly bus: Pick<Bus, 'serve'>,
    private readonly handler: Pick<RiskHandler, 'moment'>,
    private readonly silence: Pick<SilenceWatch, 'silentMs'>,
    private readonly profiles: Pick<ProfileInForce, 'of' | 'digestOf'>,
  ) {}

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.bus.serve(STATUS_REQUEST, (payload) => Promise.resolve().then(() => this.#answer(payload)));
  }

  #answer(payload: Uint8Array): Uint8Array {
    const account = decodeStatusRequest(payload);
    const moment = this.handler.moment();
    const { state } = moment;
    if (account !== '' && account !== state.accountId)
      throw new UnknownAccountError(`this service guards ${state.accountId}, not ${account}`);
    const inForce = this.profiles.of(state);
    const profile = { name: inForce.name, digest: this.profiles.digestOf(state), text: riskProfileText(inForce) };
    return encodeStatus(moment, profile, this.silence.silentMs());
  }
}
