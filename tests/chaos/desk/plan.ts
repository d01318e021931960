import { seededRandom, type SeededRandom } from '@tradewind/testkit';

export const BROKERS = ['alpaca', 'interactive-brokers'] as const;
export const SERVICES = ['orders', 'risk'] as const;
export const LINKS = ['nats-orders', 'nats-risk', 'postgres-orders', 'postgres-risk', 'broker'] as const;
export const SERVERS = ['nats', 'postgres'] as const;
export type BrokerName = (typeof BROKERS)[number];
export type ServiceName = (typeof SERVICES)[number];
export type LinkName = (typeof LINKS)[number];
export type ServerName = (typeof SERVERS)[number];

/** What a broker's server does wrong with the next requests that change something. */
export const ANSWER_FAULTS: Readonly<Record<BrokerName, readonly string[]>> = {
  alpaca: [
    'lost',
    'answer-lost',
    'truncated',
    'hanging',
    'server-error',
    'server-error-done',
    'gateway-timeout-done',
    'rate-limited',
    'slow',
    'malformed',
  ],
  'interactive-brokers': ['lost', 'answer-lost', 'slow', 'status-first', 'status-before-order'],
};

/** One act of violence. */
export type Fault =
  | { readonly kind: 'kill'; readonly service: ServiceName }
  | { readonly kind: 'pause'; readonly victim: ServiceName | 'venue'; readonly ms: number }
  | { readonly kind: 'cut' | 'freeze'; readonly link: LinkName; readonly ms: number }
  | { readonly kind: 'delay'; readonly link: LinkName; readonly ms: number; readonly byMs: number }
  | { readonly kind: 'answers'; readonly fault: string; readonly times: number }
  /** Reports are kept back and then told, in their order or the other way round. */
  | { readonly kind: 'hold-reports'; readonly ms: number; readonly order: 'SAME' | 'REVERSED' }
  | { readonly kind: 'double-reports' }
  | { readonly kind: 'cut-reports' }
  | { readonly kind: 'silence' }
  /** The clock of a service, or of the venue, jumps. */
  | { readonly kind: 'clock'; readonly victim: ServiceName | 'venue'; readonly byMs: number }
  /** Orders dies with the next order on its lips: it is written down as sent, and reaches the broker or does not. */
  | { readonly kind: 'kill-at-send'; readonly reaches: boolean }
  /** A service is down for long. */
  | { readonly kind: 'service-away'; readonly service: ServiceName; readonly ms: number }
  /** A server is killed and started again on its data. */
  | { readonly kind: 'server-away'; readonly server: ServerName; readonly ms: number }
  /** The broker restarts, as it does every night. */
  | { readonly kind: 'venue-away'; readonly ms: number }
  /** The broker's server answers, and what is behind it is lost for a while. */
  | { readonly kind: 'venue-lost'; readonly ms: number; readonly data: 'lost' | 'maintained' }
  /** Somebody else buys, for the same account. */
  | { readonly kind: 'by-hand'; readonly shares: number }
  /** A person halts trading, for the rest of the run. */
  | { readonly kind: 'halt' };

export interface PlannedFault {
  /** Strikes while this step is under way … */
  readonly step: number;
  /** … so long after it began. */
  readonly delayMs: number;
  readonly fault: Fault;
}

const CLOCK_JUMP_MS = 120_000;

type Maker = (random: SeededRandom, broker: BrokerName) => Fault;

const answers: Maker = (random, broker) => ({
  kind: 'answers',
  fault: random.pick(ANSWER_FAULTS[broker]),
  times: random.integer(1, 2),
});

const makers: readonly Maker[] = [
  (random) => ({ kind: 'kill', service: random.pick(SERVICES) }),
  () => ({ kind: 'kill', service: 'orders' }),
  (random) => ({ kind: 'kill-at-send', reaches: random.next() < 0.5 }),
  (random) => ({ kind: 'kill-at-send', reaches: random.next() < 0.5 }),
  (random) => ({ kind: 'pause', victim: random.pick([...SERVICES, 'venue'] as const), ms: random.integer(200, 2_500) }),
  (random) => ({ kind: 'pause', victim: 'venue', ms: random.integer(1_000, 6_000) }),
  (random) => ({ kind: 'cut', link: random.pick(LINKS), ms: random.integer(50, 1_500) }),
  (random) => ({ kind: 'freeze', link: random.pick(LINKS), ms: random.integer(50, 1_500) }),
  (random) => ({ kind: 'delay', link: random.pick(LINKS), ms: random.integer(500, 2_500), byMs: random.integer(20, 250) }),
  answers,
  answers,
  (random) => ({ kind: 'hold-reports', ms: random.integer(50, 1_200), order: random.pick(['SAME', 'REVERSED'] as const) }),
  () => ({ kind: 'double-reports' }),
  () => ({ kind: 'cut-reports' }),
  () => ({ kind: 'silence' }),
  (random) => ({
    kind: 'clock',
    victim: random.pick([...SERVICES, 'venue'] as const),
    byMs: random.integer(0, CLOCK_JUMP_MS) * (random.next() < 0.5 ? 1 : -1),
  }),
  (random) => ({ kind: 'server-away', server: random.pick(SERVERS), ms: random.integer(0, 3_000) }),
  (random) => ({ kind: 'venue-away', ms: random.integer(200, 4_000) }),
  (random) => ({ kind: 'venue-lost', ms: random.integer(200, 3_000), data: random.pick(['lost', 'maintained'] as const) }),
  (random) => ({ kind: 'by-hand', shares: random.integer(1, 9) }),
];

/** What takes long, or ends the trading: at most once in a run. */
const rare: readonly Maker[] = [
  (random) => ({ kind: 'service-away', service: random.pick(SERVICES), ms: random.integer(3_000, 20_000) }),
  () => ({ kind: 'halt' }),
];
const RARE_CHANCE = 0.25;

/** The faults of one run, in order, the same for the same seed. The first step is left alone, so that everything has come up. */
export const planFaults = (seed: string, steps: number, faults: number, broker: BrokerName = 'alpaca'): readonly PlannedFault[] => {
  const random = seededRandom(`chaos/desk/${seed}`);
  const strikes = (fault: Fault, first: number): PlannedFault => ({
    step: random.integer(first, steps - 1),
    delayMs: random.integer(0, 300),
    fault,
  });
  const planned = Array.from({ length: faults }, () => strikes(random.pick(makers)(random, broker), 1));
  // Late: there is to be something that it ends.
  for (const maker of rare) if (random.next() < RARE_CHANCE) planned.push(strikes(maker(random, broker), Math.floor(steps / 2)));
  return planned.sort((left, right) => left.step - right.step || left.delayMs - right.delayMs);
};

/** One line for the log. */
export const faultText = (fault: Fault): string => {
  const { kind, ...rest } = fault;
  return `${kind} ${Object.entries(rest)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')}`.trimEnd();
};
