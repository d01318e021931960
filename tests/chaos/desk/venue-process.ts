import { alpaca } from './alpaca-venue.js';
import type { BrokerName } from './plan.js';
import type { Rehearsal, RehearsedVenue, VenueBooks } from './rehearsed-venue.js';
import { interactiveBrokers } from './tws-venue.js';

/** What is done to the venue, by the name of the deed. */
type Deed = Exclude<keyof RehearsedVenue, 'port' | 'books'>;

/** What the rehearsal tells the venue. */
export type VenueOrder =
  | { readonly [K in Deed]: { readonly say: K; readonly with: Parameters<RehearsedVenue[K]> } }[Deed]
  | { readonly say: 'books'; readonly id: number };

export type VenueAnswer = { readonly port: number } | { readonly id: number; readonly books: VenueBooks };

const REHEARSALS: Readonly<Record<BrokerName, Rehearsal>> = { alpaca, 'interactive-brokers': interactiveBrokers };

/** The broker in a process of its own, so that it can be stopped as a machine is: `venue-process.ts <broker>`. */
const venue = await REHEARSALS[process.argv[2] as BrokerName].start();

const obey = async (order: VenueOrder): Promise<void> => {
  if (order.say === 'books') process.send!({ id: order.id, books: venue.books() } satisfies VenueAnswer);
  else await (venue[order.say] as (...given: readonly unknown[]) => unknown).apply(venue, [...order.with]);
};

process.on('message', (order: VenueOrder) => void obey(order));
process.on('disconnect', () => process.exit(0));
process.send!({ port: venue.port } satisfies VenueAnswer);
