/*
 * Stage functions of the orders step (being written; signatures are final):
 *   initialOrders({ accountId, currency, openingCash }): OrdersState                        plain data, encodeState-able
 *   paperVenue({ slippageRatio: '0.001', commissionRatio: '0.001', instruments }): PaperVenue     instruments: Readonly<Record<string, Instrument>>
 *   joinBars(batches: readonly BarsClosed[]): BarsOfStep                                    all partitions -> { header (partition 0), bars sorted, final }
 *   executeBars(state, barsOfStep, venue): { state, report: ExecutionsReported, events: readonly OrdersEvent[] }
 *   placeIntents(state, { header, intents, status, final }, venue): { state, placed: OrdersPlaced, events }
 *       header = VerdictsReached.header; intents = [...protectiveIntents, ...approved verdicts' intents]: see intentsOf in @tradewind/risk
 *   haltOrders(state, { id, at, reason }): { state, halted: OrdersHalted, events }
 *   evolveOrders(state, event: OrdersEvent): OrdersState
 *   ordersHash(events: Iterable<OrderEvent>): string (hex); OrdersHash class-free accumulator: startOrdersHash() -> { add(event), digest() }
 */
export type { ExecutionsReported, OrderEvent, OrderIntent, OrdersHalted, OrdersPlaced, OrderStatus, OrderType, TimeInForce } from './facts.js';
