import type { OrderEvent, OrdersChanged } from '@tradewind/orders';
import { add, money, notional, price, quantity, scaleBy, stateText, subtract, symbolOf } from '@tradewind/vocabulary';
import type { Money, Price, Quantity, UnixNanos } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decideStep, evolveRisk, initialRisk, intentsOf, NO_HISTORY, observeChanges } from '../src/index.js';
import type { PendingOrder, RiskEvent, RiskState } from '../src/index.js';
import { heldBy, releaseOrders, reserveOrders } from '../src/reservation.js';
import { ACCOUNT, at, executions, exitOf, header, held, INSTRUMENTS, profile, signal } from './fixtures.js';

const STRATEGIES = [
  { name: 'trend', signalTypes: ['trend'], bucket: 'growth', budgetMax: '0.4' },
  { name: 'dip', signalTypes: ['dip'], bucket: 'growth', budgetMax: '0.3' },
] as never;
const LIMITS = profile('demo', {
  limits: { positionMax: '0.3', sectorMax: '0.5', grossMax: '0.7', cashReserve: '0.05', tradesPerDayMax: 1000, orderNotionalMinUsd: '1' },
  sizing: { volatilityTarget: '2' },
  buckets: { core: '0.3', growth: '0.5', opportunistic: '0.1', reserve: '0.1' },
  strategies: STRATEGIES,
  breakers: { dailyLoss: { limit: '1' }, weeklyLoss: { limit: '1' } },
});
const SETTING = { profile: LIMITS, instruments: INSTRUMENTS };
const SYMBOLS = ['AAA', 'BBB', 'CCC', 'DDD'] as const;
const ZERO = 0n as Quantity;

interface Working {
  readonly symbol: string;
  readonly isEntry: boolean;
  readonly worst: Price;
  readonly strategy: string;
  readonly step: number;
  leaves: Quantity;
}

/** What is really so at the venue and in the account; every price is 100, fills are anywhere within the collar. */
class World {
  cash = money('100000');
  readonly positions = new Map<string, Quantity>();
  readonly orders = new Map<string, Working>();
  /** Units by strategy and symbol, as bought. */
  readonly owned = new Map<string, Quantity>();
  #sequence = 0;

  /** Does something to one of the working orders; undefined when there is none. */
  act({ kind, pick, share, slip }: Act): OrderEvent | undefined {
    const ids = [...this.orders.keys()];
    if (ids.length === 0) return undefined;
    const id = ids[pick % ids.length]!;
    const order = this.orders.get(id)!;
    const shared = { id: `e${(this.#sequence += 1)}`, clientOrderId: id, symbol: symbolOf(order.symbol), at: at(0), causes: [] };
    if (kind === 'cancel' || kind === 'expire') {
      this.orders.delete(id);
      return kind === 'cancel' ? { ...shared, type: 'OrderCanceled', reason: 'test' } : { ...shared, type: 'OrderExpired' };
    }
    const filled = this.#filled(order, share);
    order.leaves = subtract(order.leaves, filled);
    if (order.leaves === 0n) this.orders.delete(id);
    const paid = price(String(order.isEntry ? 100 + slip : 100 - slip));
    this.#book(order, filled, paid);
    return {
      ...shared,
      type: 'OrderFilled',
      fillId: shared.id,
      side: order.isEntry ? 'BUY' : 'SELL',
      quantity: filled,
      price: paid,
      commission: money('0'),
      slippage: money('0'),
      leavesQuantity: order.leaves,
    };
  }

  /** A DAY order ends with its session, whether or not anybody says so. */
  endSession(step: number): void {
    for (const [id, order] of this.orders) if (order.isEntry && order.step < step - 1) this.orders.delete(id);
  }

  #filled({ leaves }: Working, share: number): Quantity {
    const part = ((leaves / quantity('1')) * BigInt(share)) / 4n;
    return share === 4 || part === 0n ? leaves : ((part * quantity('1')) as Quantity);
  }

  #book({ symbol, isEntry, strategy }: Working, filled: Quantity, paid: Price): void {
    const value = notional(paid, filled);
    const commission = scaleBy(value, LIMITS.limits.costRatio);
    const had = this.positions.get(symbol) ?? ZERO;
    this.positions.set(symbol, isEntry ? add(had, filled) : subtract(had, filled));
    this.cash = subtract(isEntry ? subtract(this.cash, value) : add(this.cash, value), commission);
    if (isEntry) this.owned.set(strategy, add(this.owned.get(strategy) ?? ZERO, filled));
  }

  views() {
    return [...this.positions]
      .filter(([, amount]) => amount > 0n)
      .map(([symbol, amount]) => held(symbol, String(amount / quantity('1')), '100'));
  }

  /** What the account would be if every order filled at its worst. */
  worst() {
    const bySymbol = new Map<string, Money>([...this.positions].map(([symbol, amount]) => [symbol, notional(price('100'), amount)]));
    let cash = this.cash;
    for (const { symbol, isEntry, worst, leaves } of this.orders.values()) {
      if (!isEntry) continue;
      const value = notional(worst, leaves);
      bySymbol.set(symbol, add(bySymbol.get(symbol) ?? money('0'), value));
      cash = subtract(cash, add(value, scaleBy(value, LIMITS.limits.costRatio)));
    }
    const sum = (symbols: readonly string[]): Money =>
      symbols.reduce((total, symbol) => add(total, bySymbol.get(symbol) ?? money('0')), money('0'));
    return { cash, bySymbol, sum };
  }
}

const anyAct = fc.record({
  kind: fc.constantFrom('fill', 'fill', 'fill', 'cancel', 'expire'),
  pick: fc.nat(20),
  share: fc.integer({ min: 1, max: 4 }),
  slip: fc.integer({ min: 0, max: 3 }),
});
type Act = typeof anyAct extends fc.Arbitrary<infer T> ? T : never;
const anySignal = fc.record({
  symbol: fc.constantFrom(...SYMBOLS),
  isExit: fc.constantFrom(false, false, false, true),
  signalType: fc.constantFrom('trend', 'dip'),
  sizeMultiplier: fc.constantFrom(0.25, 0.5, 1),
});
const anyRound = fc.record({
  /** Before the step's account is taken: told with the step, or between the steps before it. */
  early: fc.array(anyAct, { maxLength: 3 }),
  toldWithStep: fc.boolean(),
  /** After the step's account is taken, and yet heard before the step is decided: the two messages overtook each other. */
  late: fc.array(anyAct, { maxLength: 2 }),
  repeats: fc.boolean(),
  signals: fc.uniqueArray(anySignal, { maxLength: 4, selector: ({ symbol }) => symbol }),
});
type Round = typeof anyRound extends fc.Arbitrary<infer T> ? T : never;

const SECOND = 1_000_000_000n;

class Trial {
  readonly world = new World();
  readonly events: RiskEvent[] = [];
  state: RiskState = initialRisk({ accountId: ACCOUNT });
  approvals = 0;

  tell(events: readonly OrderEvent[], when: UnixNanos, name: string): void {
    if (events.length === 0) return;
    const { account } = executions(0, String(this.world.cash / SECOND), this.world.views());
    const changed: OrdersChanged = {
      id: `orders.changes/paper-1/${name}`,
      run: 'r1',
      accountId: ACCOUNT,
      at: when,
      events,
      accountEvents: [],
      anomalies: [],
      account: { ...account, at: when },
      causes: [],
    };
    const answer = observeChanges(this.state, changed, NO_HISTORY, SETTING);
    this.state = answer.state;
    this.events.push(...answer.events);
  }

  round({ early, toldWithStep, late, repeats, signals }: Round, step: number): void {
    const acted = (acts: readonly Act[]): OrderEvent[] => acts.map((act) => this.world.act(act)).filter((event) => event !== undefined);
    this.world.endSession(step);
    const before = acted(early);
    if (!toldWithStep) this.tell(before, (at(step) - SECOND) as UnixNanos, `${step}-early`);
    const report = executions(step, '0', this.world.views(), toldWithStep ? before : []);
    const { cash } = this.world;
    const equity = report.account.positions.reduce((sum, { marketValue }) => add(sum, marketValue), cash);
    const after = acted(late);
    this.tell(after, (at(step) + SECOND) as UnixNanos, `${step}-late`);
    if (repeats) this.tell(after, (at(step) + SECOND) as UnixNanos, `${step}-again`);
    const done = decideStep(
      this.state,
      {
        header: header(step),
        decisions: signals.map(({ symbol, isExit, ...changes }) => (isExit ? exitOf(step, symbol) : signal(step, symbol, changes))),
        executions: { ...report, account: { ...report.account, cash, equity } },
        final: false,
        bars: [],
        history: NO_HISTORY,
      },
      SETTING,
    );
    this.state = done.state;
    this.events.push(...done.events);
    const entered: string[] = [];
    for (const intent of intentsOf(done.reached)) {
      const isEntry = intent.purpose === 'signal:enter';
      if (isEntry) entered.push(intent.symbol);
      this.world.orders.set(intent.clientOrderId, {
        symbol: intent.symbol,
        isEntry,
        worst: intent.limitPrice ?? price('100'),
        strategy: intent.strategy ?? '',
        step,
        leaves: isEntry ? intent.quantity : (this.world.positions.get(intent.symbol) ?? ZERO),
      });
    }
    this.approvals += entered.length;
    if (entered.length > 0) this.expectWithinLimits(equity, entered);
  }

  /** Whatever was just added to is within its limit; what a fall of equity took over it is not added to. */
  expectWithinLimits(equity: Money, entered: readonly string[]): void {
    const { cash, bySymbol, sum } = this.world.worst();
    const { limits } = LIMITS;
    expect(cash >= scaleBy(equity, limits.cashReserve)).toBe(true);
    expect(sum(SYMBOLS) <= scaleBy(equity, limits.grossMax)).toBe(true);
    for (const symbol of entered) {
      expect(bySymbol.get(symbol)! <= scaleBy(equity, limits.positionMax)).toBe(true);
      const { sector } = INSTRUMENTS[symbol]!;
      expect(sum(SYMBOLS.filter((other) => INSTRUMENTS[other]!.sector === sector)) <= scaleBy(equity, limits.sectorMax)).toBe(true);
    }
  }
}

describe('reservation', () => {
  it('keeps every limit at the worst prices, however approvals, fills, cancels and expiries interleave and overtake each other', () => {
    let approvals = 0;
    fc.assert(
      fc.property(fc.array(anyRound, { minLength: 4, maxLength: 14, size: 'max' }), (rounds) => {
        const trial = new Trial();
        rounds.forEach((round, step) => trial.round(round, step));
        approvals += trial.approvals;
      }),
      { numRuns: 150 },
    );
    expect(approvals).toBeGreaterThan(500);
  });
  it('leaks nothing: once every order has ended and a step has shown it, all is given back, and events lead to the same state', () => {
    fc.assert(
      fc.property(fc.array(anyRound, { minLength: 2, maxLength: 10, size: 'max' }), (rounds) => {
        const trial = new Trial();
        rounds.forEach((round, step) => trial.round(round, step));
        const cancels = [...trial.world.orders.keys()].map(() => trial.world.act({ kind: 'cancel', pick: 0, share: 1, slip: 0 })!);
        trial.tell(cancels, at(rounds.length), 'end');
        trial.round({ early: [], toldWithStep: true, late: [], repeats: false, signals: [] }, rounds.length);
        expect(trial.state.pending).toEqual({});
        expect(stateText(trial.events.reduce(evolveRisk, initialRisk({ accountId: ACCOUNT })))).toBe(stateText(trial.state));
      }),
      { numRuns: 60 },
    );
  });
});

const order = (changes: Partial<PendingOrder> = {}): PendingOrder => ({
  clientOrderId: 'a',
  symbol: symbolOf('AAA'),
  side: 'BUY',
  leaves: quantity('10'),
  worstPrice: price('103'),
  reduces: false,
  isDay: true,
  session: 1,
  strategy: '',
  ...changes,
});
const step = (day: number) => ({ at: at(day), session: day, isStep: true });
const between = (day: number) => ({ at: (at(day) + SECOND) as UnixNanos, session: day, isStep: false });
const filled = (leaves: string) => ({ fills: [{ clientOrderId: 'a', leaves: quantity(leaves) }], closed: [] });
const NOTHING = { fills: [], closed: [] };

describe('releaseOrders', () => {
  const reserved = reserveOrders({}, [order()]);
  it('gives back exactly what filled, once, whatever the order of the reports', () => {
    const once = releaseOrders(reserved, filled('4'), step(1));
    expect(heldBy(once['a']!)).toBe(quantity('4'));
    expect(releaseOrders(once, filled('7'), step(1))).toEqual(once);
    expect(releaseOrders(once, filled('0'), step(1))).toEqual({});
  });
  it('keeps a fill between the steps until the account of a later step shows it', () => {
    const unseen = releaseOrders(reserved, filled('4'), between(1));
    expect(unseen['a']).toMatchObject({ leaves: quantity('4'), unseen: { quantity: quantity('6') } });
    expect(heldBy(releaseOrders(unseen, NOTHING, step(1))['a']!)).toBe(quantity('10'));
    expect(heldBy(releaseOrders(unseen, NOTHING, step(2))['a']!)).toBe(quantity('4'));
  });
  it('frees the rest of a cancelled order at once, and its unseen fills with the next step', () => {
    const cancelled = releaseOrders(reserved, { ...filled('4'), closed: ['a'] }, between(1));
    expect(heldBy(cancelled['a']!)).toBe(quantity('6'));
    expect(releaseOrders(cancelled, NOTHING, step(2))).toEqual({});
  });
  it('lets a DAY order go after a session without a word, and another one not', () => {
    expect(releaseOrders(reserved, NOTHING, step(2))).toEqual(reserved);
    expect(releaseOrders(reserved, NOTHING, step(3))).toEqual({});
    const lasting = reserveOrders({}, [order({ isDay: false })]);
    expect(releaseOrders(lasting, NOTHING, step(9))).toEqual(lasting);
  });
  it('ignores orders that it never reserved, and a reservation made twice', () => {
    expect(releaseOrders(reserved, { fills: [{ clientOrderId: 'z', leaves: ZERO }], closed: ['y'] }, step(1))).toEqual(reserved);
    expect(reserveOrders(releaseOrders(reserved, filled('4'), step(1)), [order()])['a']).toMatchObject({ leaves: quantity('4') });
  });
});
