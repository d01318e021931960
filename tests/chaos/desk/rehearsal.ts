import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import type { ExecutionsReported, OrderEvent, OrderIntent, OrdersChanged, OrdersHalted, OrdersPlaced } from '@tradewind/orders';
import type { ProtectionsOrdered, VerdictsReached } from '@tradewind/risk';
import type { TestPostgres } from '@tradewind/testkit';
import { formatDecimal, quantity } from '@tradewind/vocabulary';

import { Arena } from './arena.js';
import { type Fault, faultText, type PlannedFault, planFaults, SERVICES } from './plan.js';
import { barsOf, decisionsOf, quotesOf, tapeOf } from './tape.js';
import { type Finding, type Outcome, plainDecimal, verdict, type VenueFillLine, type VenueOrderLine } from './verdict.js';

const ACCOUNT = 'paper-1';
const STEP_MAX_MS = 60_000;
const QUIET_MAX_MS = 90_000;
const POLL_MS = 40;

export interface RehearsalOptions {
  readonly seed: string;
  readonly steps: number;
  readonly faults: number;
  readonly say: (line: string) => void;
}

export interface RehearsalResult {
  readonly findings: readonly Finding[];
  readonly faults: readonly PlannedFault[];
  readonly orders: number;
  readonly fills: number;
  readonly seconds: number;
  readonly logs: string;
}

const until = async (what: string, maxMs: number, isTrue: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + maxMs;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`never: ${what}`);
    await pause(POLL_MS);
  }
};

const strike = async (arena: Arena, fault: Fault): Promise<void> => {
  switch (fault.kind) {
    case 'kill':
      return arena.victims[fault.service].kill();
    case 'pause':
      if (fault.victim !== 'venue') return arena.victims[fault.victim].stopFor(fault.ms);
      arena.venue.kill('SIGSTOP');
      await pause(fault.ms);
      arena.venue.kill('SIGCONT');
      return;
    case 'cut':
    case 'freeze':
    case 'delay': {
      const link = arena.links[fault.link];
      if (fault.kind === 'delay') link.delay(fault.byMs);
      else if (fault.kind === 'freeze') link.freeze();
      else link.cut();
      await pause(fault.ms);
      link.heal();
      return;
    }
    case 'answers':
      arena.tell({ say: 'fail', fault: fault.fault, times: fault.times });
      return;
    case 'hold-reports':
      arena.tell({ say: 'hold' });
      await pause(fault.ms);
      arena.tell({ say: 'release', order: fault.order });
      return;
    case 'double-reports':
      arena.tell({ say: 'double' });
      return;
    case 'cut-reports':
      arena.tell({ say: 'cut-streams' });
      return;
    case 'clock':
      if (fault.victim === 'venue') arena.tell({ say: 'skip', ms: Math.abs(fault.byMs) });
      else writeFileSync(arena.clockFile(fault.victim), String(fault.byMs));
      return;
    default:
  }
};

interface WireOrder {
  readonly id: string;
  readonly client_order_id: string;
  readonly replaces: string | null;
  readonly symbol: string;
  readonly filled_qty: string;
  readonly status: string;
}
interface WireFill {
  readonly id: string;
  readonly order_id: string;
  readonly qty: string;
  readonly price: string;
  readonly cum_qty: string;
}

const PAGE = 100;

const venueFills = async (arena: Arena): Promise<readonly VenueFillLine[]> => {
  const fills: VenueFillLine[] = [];
  for (let token = ''; ;) {
    const page = (await arena.ask(`/v2/account/activities/FILL?direction=asc&page_size=${PAGE}${token}`)) as readonly WireFill[];
    for (const { order_id: orderId, qty, price, cum_qty: cumulative } of page)
      fills.push({ id: `${orderId}/${quantity(cumulative)}`, orderId, quantity: plainDecimal(qty), price: plainDecimal(price) });
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined) return fills;
    token = `&page_token=${encodeURIComponent(last.id)}`;
  }
};

const byId = <T extends { readonly id: string }>(facts: readonly T[]): readonly T[] => [
  ...new Map(facts.map((fact) => [fact.id, fact])).values(),
];

/** Everything that either side says at this moment. */
const look = async (arena: Arena): Promise<Outcome> => {
  const [executions, placed, halted, changes, verdicts, protections] = await Promise.all([
    arena.facts<ExecutionsReported>('orders.executions'),
    arena.facts<OrdersPlaced>('orders.placed'),
    arena.facts<OrdersHalted>('orders.halted'),
    arena.facts<OrdersChanged>('orders.changes'),
    arena.facts<VerdictsReached>('risk.verdicts'),
    arena.facts<ProtectionsOrdered>('risk.protections'),
  ]);
  // By their place in the stream: clocks jump here.
  const accounts = [
    ...(await arena.stored<ExecutionsReported>('orders.executions')),
    ...(await arena.stored<OrdersChanged>('orders.changes')),
  ];
  const latest = accounts.reduce((last, each) => (each.sequence > last.sequence ? each : last));
  const status = await arena.ordersStatus(ACCOUNT);
  const wireOrders = (await arena.ask('/v2/orders?status=all&limit=500&direction=asc')) as readonly WireOrder[];
  const wirePositions = (await arena.ask('/v2/positions')) as readonly { readonly symbol: string; readonly qty: string }[];
  const wireAccount = (await arena.ask('/v2/account')) as { readonly cash: string };
  const approved: readonly OrderIntent[] = [
    ...verdicts.flatMap((reached) => reached.verdicts.flatMap((each) => (each.status === 'APPROVED' ? [each.intent] : []))),
    ...verdicts.flatMap(({ protectiveIntents }) => protectiveIntents),
    ...protections.flatMap(({ intents }) => intents),
  ];
  const events: readonly OrderEvent[] = [...executions, ...placed, ...halted, ...changes].flatMap((fact) => fact.events);
  const { account } = latest.fact;
  return {
    approved,
    events,
    changes: byId(changes),
    positions: Object.fromEntries(account.positions.map(({ symbol, quantity: held }) => [symbol, formatDecimal(held)])),
    cash: formatDecimal(account.cash),
    venueOrders: wireOrders.map((order): VenueOrderLine => ({
      clientOrderId: order.client_order_id,
      replaces: order.replaces,
      id: order.id,
      symbol: order.symbol,
      filled: order.filled_qty,
      status: order.status,
    })),
    venueFills: await venueFills(arena),
    venuePositions: Object.fromEntries(wirePositions.map(({ symbol, qty }) => [symbol, plainDecimal(qty)])),
    venueCash: plainDecimal(wireAccount.cash),
    openDifferences: status.differences.length,
    underWay: status.orders.filter(({ underWay }) => underWay !== '').length,
    linkUp: status.link === 'UP',
  };
};

const heal = (arena: Arena): void => {
  for (const link of Object.values(arena.links)) link.heal();
  for (const name of SERVICES) writeFileSync(arena.clockFile(name), '0');
  arena.tell({ say: 'release', order: 'SAME' });
};

const trade = async (arena: Arena, options: RehearsalOptions, plan: readonly PlannedFault[]): Promise<void> => {
  const under = new Set<Promise<void>>();
  for (const step of tapeOf(options.seed, options.steps)) {
    arena.tell({ say: 'quotes', quotes: quotesOf(step) });
    const now = Date.now();
    await arena.publish('market.bars', barsOf(step, now));
    await arena.publish('signals.decisions', decisionsOf(step, now));
    for (const { step: at, delayMs, fault } of plan) {
      if (at !== step.step) continue;
      const act = (async () => {
        await pause(delayMs);
        options.say(`  step ${step.step} +${delayMs} ms: ${faultText(fault)}`);
        await strike(arena, fault);
      })();
      under.add(act);
    }
    await until(`step ${step.step} is placed`, STEP_MAX_MS, async () => {
      const placed = await arena.facts<OrdersPlaced>('orders.placed');
      return placed.some(({ header }) => header.step === step.step);
    });
    await pause(60);
  }
  await Promise.all(under);
};

/** One run: trades under the planned faults, lets everything heal, and compares both sides' books when they are quiet. */
export const rehearse = async (postgres: TestPostgres, options: RehearsalOptions): Promise<RehearsalResult> => {
  const started = performance.now();
  const faults = planFaults(options.seed, options.steps, options.faults);
  await using arena = await Arena.open(postgres, `chaos_${options.seed.replaceAll(/[^a-z0-9]/gi, '_').toLowerCase()}`);
  let outcome: Outcome | undefined;
  let findings: readonly Finding[];
  try {
    for (const name of SERVICES) arena.victims[name].start();
    await trade(arena, options, faults);
    heal(arena);
    await until('the books agree', QUIET_MAX_MS, async () => {
      outcome = await look(arena).catch(() => undefined);
      return outcome !== undefined && verdict(outcome).every(({ holds }) => holds);
    });
    findings = verdict(outcome!);
  } catch (error) {
    const seen = outcome ?? (await look(arena).catch(() => undefined));
    findings = [{ rule: 'the run comes to an end', holds: false, detail: String(error) }, ...(seen === undefined ? [] : verdict(seen))];
    outcome = seen;
  }
  return {
    findings,
    faults,
    orders: outcome?.venueOrders.length ?? 0,
    fills: outcome?.venueFills.length ?? 0,
    seconds: (performance.now() - started) / 1_000,
    logs: arena.logs(),
  };
};
