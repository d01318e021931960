import { decodeState, encodeState, money, price, quantity, stateText, symbolOf } from '@tradewind/vocabulary';
import type { Money, Price, Quantity, UnixNanos } from '@tradewind/vocabulary';
import { accountIdOf } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { evolveOrders, foldOrders, initialOrders, isTerminal, leavesOf, OrderError, termsOf } from '../src/index.js';
import type { Order, OrderEvent, OrdersEvent, OrdersState, OrderStatus } from '../src/index.js';
import { intent } from './fixtures.js';

const SPX = symbolOf('SPX');
const OPENING = money('100000');
const empty = (): OrdersState => initialOrders({ accountId: accountIdOf('paper-1'), currency: 'USD', openingCash: OPENING });

/** What a person with a pencil would keep of one order: how much was asked for, what came of it and how it stands with the venue. */
interface ModelOrder {
  readonly side: 'BUY' | 'SELL';
  asked: bigint;
  filled: bigint;
  readonly fills: Map<string, OrderEvent>;
  life: 'NEW' | 'SENT' | 'WORKING' | 'REJECTED' | 'CANCELED' | 'EXPIRED' | 'FILLED';
  cancelAsked: boolean;
  updateAsked: boolean;
}

/** The books, kept with a pencil. */
interface Model {
  readonly orders: Map<string, ModelOrder>;
  position: bigint;
  cash: bigint;
}

/** The real thing, with everything it was told, legal and not. */
class Books {
  state = empty();
  readonly told: OrdersEvent[] = [];
  private sequence = 0;

  fact(id: string, body: object): OrderEvent {
    this.sequence += 1;
    return {
      id: `oe/${this.sequence}`,
      clientOrderId: id,
      symbol: SPX,
      at: BigInt(this.sequence) as UnixNanos,
      causes: [],
      ...body,
    } as unknown as OrderEvent;
  }
  /** True when it was taken. An illegal event throws a typed error and changes nothing at all. */
  tell(event: OrderEvent): boolean {
    const before = this.state;
    const textBefore = stateText(before);
    try {
      this.state = evolveOrders(before, event);
      this.told.push(event);
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(OrderError);
      return false;
    } finally {
      expect(stateText(before)).toBe(textBefore);
    }
  }
  order(id: string): Order | undefined {
    return this.state.open[id]?.order ?? this.state.closed[id]?.order;
  }
}

const LATE_NEWS = new Set(['CANCELED FILLED', 'EXPIRED FILLED', 'FILLED PARTIALLY_FILLED']);
const UNIT = 1_000_000_000n;

/** Everything that has to hold after each command. */
const check = (model: Model, books: Books, before: ReadonlyMap<string, OrderStatus>): void => {
  for (const [id, expected] of model.orders) {
    const order = books.order(id)!;
    expect(order.filledQuantity).toBe(expected.filled);
    expect(order.filledQuantity <= termsOf(order).quantity).toBe(true);
    expect(termsOf(order).quantity).toBe(expected.asked);
    expect(order.fillIds).toHaveLength(expected.fills.size);
    expect(order.status === 'FILLED').toBe(expected.asked === expected.filled);
    if (expected.filled > 0n && !isTerminal(order.status)) expect(order.beneath).toBe('PARTIALLY_FILLED');
    expect(leavesOf(order) > 0n || order.status === 'FILLED').toBe(true);
    expect(isTerminal(order.status)).toBe(books.state.open[id] === undefined);
    expect(books.state.open[id] === undefined).toBe(books.state.closed[id] !== undefined);
    expect(isTerminal(order.status)).toBe(['REJECTED', 'CANCELED', 'EXPIRED', 'FILLED'].includes(expected.life));
    const was = before.get(id);
    if (was !== undefined && isTerminal(was) && was !== order.status) expect(LATE_NEWS).toContain(`${was} ${order.status}`);
    if (expected.cancelAsked && expected.life === 'WORKING') expect(order.status).toBe('PENDING_CANCEL');
  }
  expect(books.state.account.positions['SPX']?.quantity ?? 0n).toBe(model.position);
  expect(books.state.account.cash).toBe(model.cash);
};

const cost = (side: 'BUY' | 'SELL', amount: bigint, at: bigint, commission: bigint): bigint => {
  const value = (amount * at) / UNIT;
  return (side === 'BUY' ? value : -value) + commission;
};

type Kind =
  | 'Ack'
  | 'Reject'
  | 'Trigger'
  | 'CancelReq'
  | 'CancelAck'
  | 'CancelReject'
  | 'UpdateReq'
  | 'UpdateReject'
  | 'Expire'
  | 'Resubmit'
  | 'Deny';

const LIVE = new Set(['SENT', 'WORKING']);
const ENDED_LATE = new Set(['CANCELED', 'EXPIRED']);

const isLive = ({ life }: ModelOrder): boolean => LIVE.has(life);
const wasSent = ({ life }: ModelOrder): boolean => life !== 'NEW';
const wasTaken = ({ life }: ModelOrder): boolean => life !== 'NEW' && life !== 'REJECTED';

/** Which plain events the pencil takes for possible; what it says no to, the state machine has to refuse. */
const POSSIBLE: Readonly<Record<Kind, (order: ModelOrder) => boolean>> = {
  Ack: wasTaken,
  Reject: (order) => order.life === 'REJECTED' || (isLive(order) && order.filled === 0n),
  Trigger: wasTaken,
  CancelReq: isLive,
  UpdateReq: (order) => isLive(order) && !order.cancelAsked,
  CancelAck: (order) => isLive(order) || ENDED_LATE.has(order.life) || order.life === 'REJECTED',
  Expire: (order) => isLive(order) || ENDED_LATE.has(order.life),
  CancelReject: wasSent,
  UpdateReject: wasSent,
  Resubmit: () => false,
  Deny: () => false,
};

const BODIES: Readonly<Record<Kind, object>> = {
  Ack: { type: 'OrderAccepted', venueOrderId: 'v' },
  Reject: { type: 'OrderRejected', code: 'OTHER' },
  Trigger: { type: 'OrderTriggered' },
  CancelReq: { type: 'OrderCancelRequested', reason: 'test' },
  CancelAck: { type: 'OrderCanceled', reason: 'test' },
  CancelReject: { type: 'OrderCancelRejected', code: 'TOO_LATE' },
  UpdateReq: { type: 'OrderUpdateRequested', change: {}, reason: 'test' },
  UpdateReject: { type: 'OrderUpdateRejected', code: 'TOO_LATE' },
  Expire: { type: 'OrderExpired' },
  Resubmit: { type: 'OrderSubmitted' },
  Deny: { type: 'OrderDenied', code: 'X' },
};

const live = (order: ModelOrder, kind: Kind): void => {
  switch (kind) {
    case 'Ack':
    case 'Trigger':
      if (order.life === 'SENT') order.life = 'WORKING';
      return;
    case 'Reject':
      order.life = 'REJECTED';
      return;
    case 'CancelAck':
      if (LIVE.has(order.life)) order.life = 'CANCELED';
      return;
    case 'Expire':
      if (LIVE.has(order.life)) order.life = 'EXPIRED';
      return;
    case 'CancelReq':
      order.cancelAsked = true;
      order.updateAsked = false;
      return;
    case 'UpdateReq':
      order.updateAsked = true;
      return;
    case 'CancelReject':
      order.cancelAsked = false;
      return;
    case 'UpdateReject':
      order.updateAsked = false;
      return;
    case 'Resubmit':
    case 'Deny':
      throw new Error(`${kind} is never possible`);
  }
};

abstract class OnOrder implements fc.Command<Model, Books> {
  constructor(private readonly pick: number) {}
  check(model: Readonly<Model>): boolean {
    return model.orders.size > 0;
  }
  run(model: Model, books: Books): void {
    const ids = [...model.orders.keys()];
    const id = ids[this.pick % ids.length]!;
    const before = new Map(ids.map((known) => [known, books.order(known)!.status]));
    this.act(id, model.orders.get(id)!, model, books);
    check(model, books, before);
  }
  protected abstract act(id: string, order: ModelOrder, model: Model, books: Books): void;
  abstract toString(): string;
}

class Submit implements fc.Command<Model, Books> {
  constructor(
    private readonly side: 'BUY' | 'SELL',
    private readonly amount: number,
  ) {}
  check = (model: Readonly<Model>): boolean => model.orders.size < 5;
  run(model: Model, books: Books): void {
    const id = `tw-${model.orders.size}`;
    const asked = quantity(String(this.amount));
    const order = intent({ clientOrderId: id, side: this.side, quantity: asked, type: 'STOP', stopPrice: price('100') });
    expect(books.tell(books.fact(id, { type: 'OrderInitialized', intent: order }))).toBe(true);
    expect(books.tell(books.fact(id, { type: 'OrderSubmitted' }))).toBe(true);
    const fills = new Map<string, OrderEvent>();
    model.orders.set(id, { side: this.side, asked, filled: 0n, fills, life: 'SENT', cancelAsked: false, updateAsked: false });
    expect(books.tell(books.fact(id, { type: 'OrderInitialized', intent: order }))).toBe(false);
    check(model, books, new Map());
  }
  toString = (): string => `Submit(${this.side} ${this.amount})`;
}

class Plain extends OnOrder {
  constructor(
    pick: number,
    private readonly kind: Kind,
  ) {
    super(pick);
  }
  protected act(id: string, order: ModelOrder, _model: Model, books: Books): void {
    const legal = POSSIBLE[this.kind](order);
    expect([this.kind, books.tell(books.fact(id, BODIES[this.kind]))]).toEqual([this.kind, legal]);
    if (legal) live(order, this.kind);
  }
  toString = (): string => this.kind;
}

/** PartialFill, Fill, LateFillAfterCancel and Overfill, by how much it is of what is left. */
class Fill extends OnOrder {
  constructor(
    pick: number,
    private readonly amount: number | 'ALL' | 'ONE_TOO_MANY',
    private readonly at: number,
    private readonly commission: number,
  ) {
    super(pick);
  }
  protected act(id: string, order: ModelOrder, model: Model, books: Books): void {
    const leaves = order.asked - order.filled;
    const wanted = this.amount === 'ALL' ? leaves : this.amount === 'ONE_TOO_MANY' ? leaves + UNIT : BigInt(this.amount) * UNIT;
    const at = price((this.at / 100).toFixed(2));
    const commission = money((this.commission / 100).toFixed(2));
    const event = books.fact(id, {
      type: 'OrderFilled',
      fillId: `x/${id}/${order.fills.size}`,
      side: order.side,
      quantity: wanted as Quantity,
      price: at as Price,
      commission: commission as Money,
      slippage: money('0'),
      leavesQuantity: (leaves - wanted) as Quantity,
    });
    const legal = order.life !== 'REJECTED' && wanted > 0n && wanted <= leaves;
    expect(books.tell(event)).toBe(legal);
    if (!legal) return;
    order.filled += wanted;
    order.fills.set(`x/${id}/${order.fills.size}`, event);
    if (order.filled === order.asked) order.life = 'FILLED';
    else if (order.life === 'SENT') order.life = 'WORKING';
    model.position += order.side === 'BUY' ? wanted : -wanted;
    model.cash -= cost(order.side, wanted, at, commission);
  }
  toString = (): string => `Fill(${this.amount})`;
}

/** DuplicateFill: the same execution told again, under another report. It is taken, and nothing changes. */
class Duplicate extends OnOrder {
  protected act(id: string, order: ModelOrder, _model: Model, books: Books): void {
    const first = [...order.fills.values()][0];
    if (first === undefined) return;
    const before = stateText(books.state);
    expect(books.tell({ ...first, id: `oe/again/${id}` })).toBe(true);
    expect(stateText(books.state)).toBe(before);
  }
  toString = (): string => 'DuplicateFill';
}

/** A fill that names another side: it is none of this order's. */
class Foreign extends OnOrder {
  protected act(id: string, order: ModelOrder, _model: Model, books: Books): void {
    const event = books.fact(id, {
      type: 'OrderFilled',
      fillId: 'foreign',
      side: order.side === 'BUY' ? 'SELL' : 'BUY',
      quantity: quantity('1'),
      price: price('1'),
      commission: money('0'),
      slippage: money('0'),
      leavesQuantity: quantity('0'),
    });
    expect(books.tell(event)).toBe(false);
  }
  toString = (): string => 'ForeignFill';
}

class Updated extends OnOrder {
  constructor(
    pick: number,
    private readonly amount: number | 'FILLED',
  ) {
    super(pick);
  }
  protected act(id: string, order: ModelOrder, _model: Model, books: Books): void {
    const asked = this.amount === 'FILLED' ? order.filled : BigInt(this.amount) * UNIT;
    const event = books.fact(id, {
      type: 'OrderUpdated',
      terms: { type: 'STOP', quantity: asked as Quantity, stopPrice: price('101') },
      venueOrderId: `v/${this.amount}`,
    });
    const legal = order.life !== 'REJECTED' && asked > 0n && asked >= order.filled;
    expect(books.tell(event)).toBe(legal);
    if (!legal) return;
    order.asked = asked;
    order.updateAsked = false;
    if (asked === order.filled) order.life = 'FILLED';
    else if (order.life === 'FILLED') Object.assign(order, { life: 'WORKING', cancelAsked: false });
  }
  toString = (): string => `Updated(${this.amount})`;
}

/** The process dies and comes back: the state is read again, or folded again from all that was ever told. */
class Restart implements fc.Command<Model, Books> {
  constructor(private readonly how: 'FROM_STATE' | 'FROM_EVENTS') {}
  check = (): boolean => true;
  run(model: Model, books: Books): void {
    const before = stateText(books.state);
    books.state = this.how === 'FROM_STATE' ? decodeState<OrdersState>(encodeState(books.state)) : foldOrders(empty(), books.told);
    expect(stateText(books.state)).toBe(before);
    check(model, books, new Map());
  }
  toString = (): string => `Restart(${this.how})`;
}

/** Everything comes again, as after a lost acknowledgement: what is illegal by now is refused, fills are known, and money does not move. */
class Redeliver implements fc.Command<Model, Books> {
  check = (): boolean => true;
  run(model: Model, books: Books): void {
    const fills = books.told.filter((event) => event.type === 'OrderFilled');
    const before = stateText(books.state);
    for (const fill of fills) books.state = evolveOrders(books.state, fill);
    expect(stateText(books.state)).toBe(before);
    check(model, books, new Map());
  }
  toString = (): string => 'Redeliver';
}

const pick = fc.nat({ max: 20 });
const cents = fc.integer({ min: 1, max: 50_000 });
const KINDS = Object.keys(BODIES) as Kind[];
const fillOf = (amount: fc.Arbitrary<number | 'ALL' | 'ONE_TOO_MANY'>): fc.Arbitrary<fc.Command<Model, Books>> =>
  fc.tuple(pick, amount, cents, fc.nat({ max: 500 })).map((parts) => new Fill(...parts));
const commands = [
  fc.tuple(fc.constantFrom('BUY', 'SELL' as const), fc.integer({ min: 1, max: 30 })).map((parts) => new Submit(...parts)),
  fc.tuple(pick, fc.constantFrom(...KINDS)).map((parts) => new Plain(...parts)),
  fc.tuple(pick, fc.constantFrom(...KINDS)).map((parts) => new Plain(...parts)),
  fillOf(fc.integer({ min: 0, max: 12 })),
  fillOf(fc.constantFrom('ALL', 'ONE_TOO_MANY')),
  pick.map((one) => new Duplicate(one)),
  pick.map((one) => new Foreign(one)),
  fc.tuple(pick, fc.integer({ min: 0, max: 40 })).map((parts) => new Updated(...parts)),
  pick.map((one) => new Updated(one, 'FILLED')),
  fc.constantFrom('FROM_STATE', 'FROM_EVENTS' as const).map((how) => new Restart(how)),
  fc.constant(new Redeliver()),
];

describe('any history of orders at a venue', () => {
  it('agrees with a model kept by hand: fills, positions and cash, what is legal, and what ends for good', () => {
    fc.assert(
      fc.property(fc.commands(commands, { maxCommands: 60 }), (history) => {
        fc.modelRun(() => ({ model: { orders: new Map(), position: 0n, cash: OPENING }, real: new Books() }), history);
      }),
      { numRuns: 1500 },
    );
  });
});
