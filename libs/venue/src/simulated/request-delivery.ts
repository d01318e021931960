import type { UnixNanos } from '@tradewind/vocabulary';

import { isTrailing } from '../matching/order-trigger.js';
import { uniformAt } from '../models/latency/seeded-latency.js';
import type { VenueOrderChange } from '../venue-order.js';
import { refusalOfTerms } from './order-checks.js';
import { admit } from './session-matching.js';
import { termsOf } from './venue-desk.js';
import type { VenueDesk } from './venue-desk.js';
import type { OrderRecord, RequestInFlight } from './venue-state.js';

/** Puts a request on its way, and carries it out at once when there is no latency. */
export const sendRequest = (desk: VenueDesk, record: OrderRecord, request: RequestInFlight['request']): void => {
  const { state, policies, settings } = desk;
  const sequence = (state.sequence += 1);
  const delay = policies.latency.delay(request.kind, uniformAt(settings.seed, sequence));
  const flight = { dueAt: (state.now + delay) as UnixNanos, sequence, venueOrderId: record.venueOrderId, request };
  if (delay <= 0n) {
    arrive(desk, flight);
    return;
  }
  let place = state.inFlight.length;
  while (place > 0 && state.inFlight[place - 1]!.dueAt > flight.dueAt) place -= 1;
  state.inFlight.splice(place, 0, flight);
};

/** Time passes up to `at`: what is due arrives, each at its own time. */
export const advanceTo = (desk: VenueDesk, at: UnixNanos): void => {
  const { state } = desk;
  for (let next = state.inFlight[0]; next !== undefined && next.dueAt <= at; next = state.inFlight[0]) {
    state.inFlight.shift();
    if (next.dueAt > state.now) state.now = next.dueAt;
    desk.settle();
    arrive(desk, next);
  }
  if (at <= state.now) return;
  state.now = at;
  desk.settle();
};

const arrive = (desk: VenueDesk, { venueOrderId, request }: RequestInFlight): void => {
  const record = desk.state.orders[venueOrderId];
  if (record === undefined) return;
  switch (request.kind) {
    case 'INSERT':
      insert(desk, record);
      return;
    case 'UPDATE':
      update(desk, record, request.change);
      return;
    case 'CANCEL':
      takeBack(desk, record);
  }
};

const endedMessage = ({ status }: OrderRecord): string => `the order is ${status.toLowerCase()}`;

const insert = (desk: VenueDesk, record: OrderRecord): void => {
  if (!record.working) return;
  const { symbol } = record.order;
  desk.ordersOf(symbol).remove(record);
  record.arriving = false;
  if (desk.marketOf(symbol).halted && desk.policies.halts === 'REJECT') {
    desk.end(record, { type: 'REJECTED', code: 'HALTED', message: `${symbol} is halted` });
    return;
  }
  desk.say(record, { type: 'ACCEPTED' });
  admit(desk, record);
};

const update = (desk: VenueDesk, record: OrderRecord, change: VenueOrderChange): void => {
  const order = { ...record.order, ...change };
  const refusal = record.working ? refusalOfTerms(desk, order, record) : { code: 'TOO_LATE' as const, message: endedMessage(record) };
  if (record.status === 'PENDING_UPDATE') record.status = 'WORKING';
  if (refusal !== undefined) {
    desk.say(record, { type: 'UPDATE_REJECTED', ...refusal });
    return;
  }
  const keepsPlace = record.place !== undefined && order.limitPrice === record.order.limitPrice && order.quantity <= record.order.quantity;
  const orders = desk.ordersOf(order.symbol);
  orders.remove(record);
  record.order = order;
  if (change.stopPrice !== undefined || (change.trail !== undefined && isTrailing(order.type))) record.stop = change.stopPrice;
  desk.say(record, { type: 'UPDATED', terms: termsOf(record) });
  if (record.arriving || keepsPlace) {
    orders.put(record);
    return;
  }
  record.place = undefined;
  admit(desk, record);
};

const takeBack = (desk: VenueDesk, record: OrderRecord): void => {
  if (record.working) desk.end(record, { type: 'CANCELED', reason: 'REQUESTED' });
  else desk.say(record, { type: 'CANCEL_REJECTED', code: 'TOO_LATE', message: endedMessage(record) });
};
