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

/** How many faults keep it away, and the last of what takes time: a restart ends before the next begins. */
let absences = 0;
let last = Promise.resolve();
const inTurn = (act: () => Promise<void>): void => void (last = last.then(act));

const obey = (order: VenueOrder): void => {
  if (order.say === 'books') process.send!({ id: order.id, books: venue.books() } satisfies VenueAnswer);
  else if (order.say === 'away') {
    absences += 1;
    if (absences === 1) inTurn(() => venue.away());
  } else if (order.say === 'back') {
    absences -= 1;
    if (absences === 0) inTurn(() => venue.back());
  } else (venue[order.say] as (...given: readonly unknown[]) => void).apply(venue, [...order.with]);
};
process.on('message', (order: VenueOrder) => obey(order));
process.on('disconnect', () => process.exit(0));
process.send!({ port: venue.port } satisfies VenueAnswer);
