import { seededRandom, type SeededRandom } from '@tradewind/testkit';

export const SERVICES = ['orders', 'risk'] as const;
export const LINKS = ['nats-orders', 'nats-risk', 'postgres-orders', 'postgres-risk', 'broker'] as const;
export type ServiceName = (typeof SERVICES)[number];
export type LinkName = (typeof LINKS)[number];

/** What a broker's server does wrong with the next requests that change something. */
export const ANSWER_FAULTS = [
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
] as const;

/** One act of violence. */
export type Fault =
  | { readonly kind: 'kill'; readonly service: ServiceName }
  | { readonly kind: 'pause'; readonly victim: ServiceName | 'venue'; readonly ms: number }
  | { readonly kind: 'cut' | 'freeze'; readonly link: LinkName; readonly ms: number }
  | { readonly kind: 'delay'; readonly link: LinkName; readonly ms: number; readonly byMs: number }
  | { readonly kind: 'answers'; readonly fault: (typeof ANSWER_FAULTS)[number]; readonly times: number }
  /** Reports are kept back and then told, in their order or the other way round. */
  | { readonly kind: 'hold-reports'; readonly ms: number; readonly order: 'SAME' | 'REVERSED' }
  | { readonly kind: 'double-reports' }
  | { readonly kind: 'cut-reports' }
  /** The clock of a service, or of the venue, jumps. */
  | { readonly kind: 'clock'; readonly victim: ServiceName | 'venue'; readonly byMs: number };

export interface PlannedFault {
  /** Strikes while this step is under way … */
  readonly step: number;
  /** … so long after it began. */
  readonly delayMs: number;
  readonly fault: Fault;
}

const CLOCK_JUMP_MS = 120_000;

const makers: readonly ((random: SeededRandom) => Fault)[] = [
  (random) => ({ kind: 'kill', service: random.pick(SERVICES) }),
  () => ({ kind: 'kill', service: 'orders' }),
  (random) => ({ kind: 'pause', victim: random.pick([...SERVICES, 'venue'] as const), ms: random.integer(200, 2_500) }),
  (random) => ({ kind: 'cut', link: random.pick(LINKS), ms: random.integer(50, 1_500) }),
  (random) => ({ kind: 'freeze', link: random.pick(LINKS), ms: random.integer(50, 1_500) }),
  (random) => ({ kind: 'delay', link: random.pick(LINKS), ms: random.integer(500, 2_500), byMs: random.integer(20, 250) }),
  (random) => ({ kind: 'answers', fault: random.pick(ANSWER_FAULTS), times: random.integer(1, 2) }),
  (random) => ({ kind: 'answers', fault: random.pick(ANSWER_FAULTS), times: random.integer(1, 2) }),
  (random) => ({ kind: 'hold-reports', ms: random.integer(50, 1_200), order: random.pick(['SAME', 'REVERSED'] as const) }),
  () => ({ kind: 'double-reports' }),
  () => ({ kind: 'cut-reports' }),
  (random) => ({
    kind: 'clock',
    victim: random.pick([...SERVICES, 'venue'] as const),
    byMs: random.integer(0, CLOCK_JUMP_MS) * (random.next() < 0.5 ? 1 : -1),
  }),
];

/** The faults of one run, in order, the same for the same seed. The first step is left alone, so that everything has come up. */
export const planFaults = (seed: string, steps: number, faults: number): readonly PlannedFault[] => {
  const random = seededRandom(`chaos/desk/${seed}`);
  const planned = Array.from({ length: faults }, () => ({
    step: random.integer(1, steps - 1),
    delayMs: random.integer(0, 300),
    fault: random.pick(makers)(random),
  }));
  return planned.sort((left, right) => left.step - right.step || left.delayMs - right.delayMs);
};

/** One line for the log. */
export const faultText = (fault: Fault): string => {
  const { kind, ...rest } = fault;
  return `${kind} ${Object.entries(rest)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')}`;
};
