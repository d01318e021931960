import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import type { ExecutionsReported, OrderEvent, OrderIntent, OrdersChanged, OrdersHalted, OrdersPlaced } from '@tradewind/orders';
import type { ProtectionsOrdered, RiskCommand, VerdictsReached } from '@tradewind/risk';
import type { TestPostgres } from '@tradewind/testkit';
import { formatDecimal, nanosFromMillis } from '@tradewind/vocabulary';

import { Arena } from './arena.js';
import { type BrokerName, type Fault, faultText, type PlannedFault, planFaults, SERVICES } from './plan.js';
import { barsOf, calmQuotesOf, decisionsOf, quotesOf, SYMBOLS, tapeOf, type TapeStep } from './tape.js';
import { type Finding, type Halted, type Outcome, verdict } from './verdict.js';

const ACCOUNT = 'paper-1';
const STEP_MAX_MS = 60_000;
const QUIET_MAX_MS = 90_000;
const POLL_MS = 40;
/** So long a kill waits for an order that leaves. */
const LEAVES_WITHIN_MS = 5_000;

export interface RehearsalOptions {
  readonly seed: string;
  readonly steps: number;
  readonly faults: number;
  readonly broker: BrokerName;
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

/** A halt by a person, and what was at the venue, or on its way there, once it was acknowledged. */
const halt = async (arena: Arena, seen: (halted: Halted) => void): Promise<void> => {
  const id = `rc/${ACCOUNT}/chaos`;
  const command: RiskCommand = {
    type: 'Halt',
    id,
    accountId: ACCOUNT as RiskCommand['accountId'],
    actor: 'chaos',
    reason: 'a rehearsal',
    at: nanosFromMillis(Date.now()),
  };
  await arena.publish('risk.commands', command, id, ACCOUNT);
  let onTheWay: readonly string[] = [];
  await until('the halt is acknowledged', STEP_MAX_MS, async () => {
    const status = await arena.ordersStatus(ACCOUNT).catch(() => undefined);
    if (status?.halted !== true) return false;
    onTheWay = status.orders.filter(({ underWay }) => LEAVING.test(underWay)).map(({ clientOrderId }) => clientOrderId);
    return true;
  });
  const { orders } = await arena.venueBooks();
  seen({ known: [...onTheWay, ...orders.map(({ clientOrderId }) => clientOrderId)] });
};
const LEAVING = /^SUBMIT (SENT|IN_DOUBT)$/;

const strike = async (arena: Arena, fault: Fault, seen: (halted: Halted) => void): Promise<void> => {
  switch (fault.kind) {
    case 'kill':
      return arena.victims[fault.service].kill();
    case 'kill-at-send':
      return void (await arena.killAtSend(fault.reaches, LEAVES_WITHIN_MS));
    case 'service-away':
      return arena.victims[fault.service].awayFor(fault.ms);
    case 'server-away':
      return arena.serverAway(fault.server, fault.ms);
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
    case 'hold-reports':
      arena.tell({ say: 'hold', with: [] });
      await pause(fault.ms);
      arena.tell({ say: 'release', with: [fault.order] });
      return;
    case 'venue-away':
      arena.tell({ say: 'away', with: [] });
      await pause(fault.ms);
      arena.tell({ say: 'back', with: [] });
      return;
    case 'venue-lost':
      arena.tell({ say: 'lose', with: [] });
      await pause(fault.ms);
      arena.tell({ say: 'find', with: [fault.data] });
      return;
    case 'clock':
      if (fault.victim === 'venue') arena.tell({ say: 'skip', with: [Math.abs(fault.byMs)] });
      else writeFileSync(arena.clockFile(fault.victim), String(fault.byMs));
      return;
    case 'halt':
      return halt(arena, seen);
    default:
      tellOf(arena, fault);
  }
};

/** What is said to the venue in one word. */
const tellOf = (arena: Arena, fault: Fault): void => {
  if (fault.kind === 'answers') arena.tell({ say: 'fail', with: [fault.fault, fault.times] });
  else if (fault.kind === 'double-reports') arena.tell({ say: 'double', with: [] });
  else if (fault.kind === 'cut-reports') arena.tell({ say: 'cutReports', with: [] });
  else if (fault.kind === 'silence') arena.tell({ say: 'silence', with: [] });
  else if (fault.kind === 'by-hand') arena.tell({ say: 'buyByHand', with: [SYMBOLS[fault.shares % SYMBOLS.length]!, fault.shares] });
};

const byId = <T extends { readonly id: string }>(facts: readonly T[]): readonly T[] => [
  ...new Map(facts.map((fact) => [fact.id, fact])).values(),
];

/** Everything that either side says at this moment. */
const look = async (arena: Arena, halted: Halted | undefined): Promise<Outcome> => {
  const [executions, placed, ended, changes, verdicts, protections] = await Promise.all([
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
  const books = await arena.venueBooks();
  const approved: readonly OrderIntent[] = [
    ...verdicts.flatMap((reached) => reached.verdicts.flatMap((each) => (each.status === 'APPROVED' ? [each.intent] : []))),
    ...verdicts.flatMap(({ protectiveIntents }) => protectiveIntents),
    ...protections.flatMap(({ intents }) => intents),
  ];
  const events: readonly OrderEvent[] = [...executions, ...placed, ...ended, ...changes].flatMap((fact) => fact.events);
  const { account } = latest.fact;
  return {
    approved,
    events,
    changes: byId(changes),
    positions: Object.fromEntries(account.positions.map(({ symbol, quantity: held }) => [symbol, formatDecimal(held)])),
    cash: formatDecimal(account.cash),
    venueOrders: books.orders,
    venueFills: books.fills,
    venuePositions: books.positions,
    venueCash: books.cash,
    openDifferences: status.differences.length,
    underWay: status.orders
      .filter(({ underWay }) => underWay !== '')
      .map(({ clientOrderId, purpose, status: stage, underWay }) => `${clientOrderId} (${purpose}, ${stage}): ${underWay}`),
    linkUp: status.link === 'UP',
    halted,
  };
};

const heal = (arena: Arena, last: TapeStep): void => {
  for (const link of Object.values(arena.links)) link.heal();
  for (const name of SERVICES) writeFileSync(arena.clockFile(name), '0');
  arena.tell({ say: 'release', with: ['SAME'] });
  for (const quote of calmQuotesOf(last)) arena.tell({ say: 'quote', with: [quote] });
};

const trade = async (
  arena: Arena,
  options: RehearsalOptions,
  plan: readonly PlannedFault[],
  tape: readonly TapeStep[],
  seen: (halted: Halted) => void,
): Promise<void> => {
  const under = new Set<Promise<void>>();
  for (const step of tape) {
    for (const quote of quotesOf(step)) arena.tell({ say: 'quote', with: [quote] });
    const now = Date.now();
    const [bars, decisions] = [barsOf(step, now), decisionsOf(step, now)];
    await arena.publish('market.bars', bars, bars.header.id);
    await arena.publish('signals.decisions', decisions, decisions.header.id);
    for (const { step: at, delayMs, fault } of plan) {
      if (at !== step.step) continue;
      const act = (async () => {
        await pause(delayMs);
        options.say(`  step ${step.step} +${delayMs} ms: ${faultText(fault)}`);
        await strike(arena, fault, seen);
      })();
      under.add(act);
    }
    await until(`step ${step.step} is placed`, STEP_MAX_MS, async () => {
      // The bus may be away.
      const placed = await arena.facts<OrdersPlaced>('orders.placed').catch(() => []);
      return placed.some(({ header }) => header.step === step.step);
    });
    await pause(60);
  }
  await Promise.all(under);
};

/** What both sides say, one line each, for whoever looks for the cause. */
const storyOf = (outcome: Outcome | undefined): readonly string[] => {
  if (outcome === undefined) return [];
  const line = (fact: unknown): string =>
    JSON.stringify(fact, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  return ['== the venue', ...outcome.venueOrders.map(line), ...outcome.venueFills.map(line), '== orders', ...outcome.events.map(line)];
};

/** One run: trades under the planned faults, lets everything heal, and compares both sides' books when they are quiet. */
export const rehearse = async (postgres: TestPostgres, options: RehearsalOptions): Promise<RehearsalResult> => {
  const started = performance.now();
  const { seed, steps, broker } = options;
  const faults = planFaults(seed, steps, options.faults, broker);
  const tape = tapeOf(seed, steps);
  let halted: Halted | undefined;
  const database = `chaos_${broker}_${seed}`.replaceAll(/[^a-z0-9]/gi, '_').toLowerCase();
  await using arena = await Arena.open(postgres, database, broker);
  let outcome: Outcome | undefined;
  let findings: readonly Finding[];
  try {
    for (const name of SERVICES) arena.victims[name].start();
    // What happens before the account was taken over is for a person to accept.
    await until('the account is compared', STEP_MAX_MS, async () => {
      const status = await arena.ordersStatus(ACCOUNT).catch(() => undefined);
      return status?.tradable === true;
    });
    // TWS tells whole seconds: what others do in that very one could have been before.
    await pause(1_000);
    await trade(arena, options, faults, tape, (seen) => (halted = seen));
    heal(arena, tape.at(-1)!);
    await until('the books agree', QUIET_MAX_MS, async () => {
      outcome = await look(arena, halted).catch(() => undefined);
      return outcome !== undefined && verdict(outcome).every(({ holds }) => holds);
    });
    findings = verdict(outcome!);
  } catch (error) {
    const seen = outcome ?? (await look(arena, halted).catch(() => undefined));
    findings = [{ rule: 'the run comes to an end', holds: false, detail: String(error) }, ...(seen === undefined ? [] : verdict(seen))];
    outcome = seen;
  }
  return {
    findings,
    faults,
    orders: outcome?.venueOrders.length ?? 0,
    fills: outcome?.venueFills.length ?? 0,
    seconds: (performance.now() - started) / 1_000,
    logs: [arena.logs(), ...storyOf(outcome)].join('\n'),
  };
};
