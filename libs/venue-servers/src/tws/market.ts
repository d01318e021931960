import type { UnixNanos } from '@tradewind/vocabulary';

import { ambiguousContract, type ContractRequest, contractMatches, noSuchContract, type TwsContract } from './contract.js';
import { TwsInstrument } from './instrument.js';

/** All instruments of the server. */
export class TwsMarket {
  readonly #instruments: readonly TwsInstrument[];

  constructor(contracts: readonly TwsContract[]) {
    this.#instruments = contracts.map((contract) => new TwsInstrument(contract));
  }

  /** Throws RangeError when the server has no such contract. */
  instrument(conId: number): TwsInstrument {
    const found = this.#instruments.find(({ contract }) => contract.conId === conId);
    if (found === undefined) throw new RangeError(`no contract ${conId}`);
    return found;
  }

  all(): readonly TwsInstrument[] {
    return this.#instruments;
  }

  matching(request: ContractRequest): readonly TwsInstrument[] {
    return this.#instruments.filter(({ contract }) => contractMatches(contract, request));
  }

  /** The one instrument of a request for data. Throws RequestRefused (200) when there is none or are several. */
  only(request: ContractRequest): TwsInstrument {
    const found = this.matching(request);
    if (found.length > 1) throw ambiguousContract(request);
    if (found[0] === undefined) throw noSuchContract();
    return found[0];
  }

  /** Exchanges with deep books, by kind of instrument. */
  depthOffers(): readonly { readonly exchange: string; readonly secType: string }[] {
    const offers = this.#instruments.flatMap(({ contract }) =>
      contract.depthExchanges.map((exchange) => ({ exchange, secType: contract.secType })),
    );
    return offers.filter(
      (offer, index) => offers.findIndex((other) => other.exchange === offer.exchange && other.secType === offer.secType) === index,
    );
  }

  /** Closes the bars of five seconds that end by `until`, of all instruments. */
  advanceRealTime(until: UnixNanos): void {
    for (const instrument of this.#instruments) instrument.advanceRealTime(until);
  }
}
