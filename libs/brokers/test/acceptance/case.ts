import type { VenueCapabilities } from '@tradewind/venue';

import type { Bench } from './bench.js';
import type { VenueTrait } from './venue-under-test.js';

/** One rule that every broker keeps. What it needs and the venue lacks skips it, by name. */
export interface AcceptanceCase {
  readonly name: string;
  readonly traits?: readonly VenueTrait[];
  readonly capable?: (capabilities: VenueCapabilities) => boolean;
  /** The broker is not connected yet when the case begins. */
  readonly unconnected?: true;
  run(bench: Bench): Promise<void>;
}
