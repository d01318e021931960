import { type UnixNanos, unreachable } from '@tradewind/vocabulary';

/** When a source is given up for the next, and when it is taken back. */
export interface FailoverPolicy {
  /** A lost connection that comes back within this time is no reason to switch. */
  readonly toleranceNanos: bigint;
  /** A source that says nothing for so long, while data is expected, is stale. */
  readonly staleNanos: bigint;
  /** Below this score a source is of bad quality. */
  readonly qualityMin: number;
  /** How long a source of bad quality rests before it may be used again. */
  readonly restNanos: bigint;
  /** A better source is returned to when it has been sound for so long. */
  readonly returnNanos: bigint;
}

export type FailoverReason = 'ERROR' | 'STALE' | 'BAD_QUALITY';

export type SourceHealth =
  /** Not connected because nobody asked for it. */
  | { readonly status: 'IDLE' }
  | { readonly status: 'SOUND'; readonly since: UnixNanos; readonly heardAt: UnixNanos | undefined }
  | { readonly status: 'FAILED'; readonly since: UnixNanos; readonly reason: FailoverReason; readonly connected: boolean };

export interface SourceState {
  readonly name: string;
  readonly health: SourceHealth;
}

/** Plain data. Sources are in order of priority, the best first. */
export interface FailoverState {
  readonly sources: readonly SourceState[];
  readonly active: string | undefined;
  /** Since when the market is open, so that silence means something; undefined while it is shut. */
  readonly expectedSince: UnixNanos | undefined;
}

/** What the shell sees. */
export type Observation =
  | { readonly kind: 'CONNECTED'; readonly source: string; readonly at: UnixNanos }
  | { readonly kind: 'LOST'; readonly source: string; readonly at: UnixNanos; readonly detail: string }
  | { readonly kind: 'HEARD'; readonly source: string; readonly at: UnixNanos }
  | { readonly kind: 'MEASURED'; readonly source: string; readonly at: UnixNanos; readonly score: number }
  | { readonly kind: 'RELEASED'; readonly source: string; readonly at: UnixNanos }
  /** Time goes by. `dataExpected`: false when the market is shut, so that silence means nothing. */
  | { readonly kind: 'CLOCK'; readonly at: UnixNanos; readonly dataExpected: boolean };

export type FailoverEvent =
  | { readonly kind: 'SOURCE_SOUND'; readonly source: string; readonly at: UnixNanos }
  | { readonly kind: 'SOURCE_HEARD'; readonly source: string; readonly at: UnixNanos }
  | {
      readonly kind: 'SOURCE_FAILED';
      readonly source: string;
      readonly at: UnixNanos;
      readonly reason: FailoverReason;
      readonly detail: string;
      readonly connected: boolean;
    }
  | { readonly kind: 'SOURCE_RELEASED'; readonly source: string; readonly at: UnixNanos }
  | { readonly kind: 'DATA_EXPECTED'; readonly at: UnixNanos }
  | { readonly kind: 'SILENCE_EXPECTED'; readonly at: UnixNanos }
  | {
      readonly kind: 'SWITCHED';
      readonly from: string | undefined;
      readonly to: string;
      readonly at: UnixNanos;
      readonly reason: SwitchReason;
    };

export type SwitchReason = FailoverReason | 'FIRST' | 'RETURN';

/** No source is connected yet. Throws RangeError without sources or when two bear one name. */
export const initialFailover = (names: readonly string[]): FailoverState => {
  if (names.length === 0 || new Set(names).size !== names.length)
    throw new RangeError('failover needs one source or more, each with a name of its own');
  return { sources: names.map((name) => ({ name, health: { status: 'IDLE' } })), active: undefined, expectedSince: undefined };
};

const healthOf = (state: FailoverState, name: string): SourceHealth => {
  const found = state.sources.find((source) => source.name === name);
  if (found === undefined) throw new RangeError(`there is no source '${name}'`);
  return found.health;
};

const isBad = (health: SourceHealth): boolean => health.status === 'FAILED' && health.reason === 'BAD_QUALITY';

/** What the observation says of its own source. */
const assess = (state: FailoverState, observation: Observation, policy: FailoverPolicy): readonly FailoverEvent[] => {
  if (observation.kind === 'CLOCK') return assessAll(state, observation, policy);
  const { source, at } = observation;
  const health = healthOf(state, source);
  switch (observation.kind) {
    case 'CONNECTED':
      if (health.status === 'SOUND' || (health.status === 'FAILED' && health.connected)) return [];
      // A source of bad quality rests, however often it reconnects.
      return isBad(health)
        ? [{ kind: 'SOURCE_FAILED', source, at, reason: 'BAD_QUALITY', detail: 'connected again, at rest', connected: true }]
        : [{ kind: 'SOURCE_SOUND', source, at }];
    case 'LOST':
      if (health.status === 'FAILED' && !health.connected) return [];
      return [
        {
          kind: 'SOURCE_FAILED',
          source,
          at,
          reason: isBad(health) ? 'BAD_QUALITY' : 'ERROR',
          detail: observation.detail,
          connected: false,
        },
      ];
    case 'HEARD':
      if (health.status === 'SOUND') return [{ kind: 'SOURCE_HEARD', source, at }];
      if (health.status !== 'FAILED' || health.reason !== 'STALE') return [];
      return [
        { kind: 'SOURCE_SOUND', source, at },
        { kind: 'SOURCE_HEARD', source, at },
      ];
    case 'MEASURED':
      if (health.status !== 'SOUND' || observation.score >= policy.qualityMin) return [];
      return [
        {
          kind: 'SOURCE_FAILED',
          source,
          at,
          reason: 'BAD_QUALITY',
          detail: `quality ${observation.score.toFixed(3)} is below ${policy.qualityMin}`,
          connected: true,
        },
      ];
    case 'RELEASED':
      return health.status === 'IDLE' ? [] : [{ kind: 'SOURCE_RELEASED', source, at }];
    default:
      return unreachable(observation);
  }
};

const latest = (...instants: readonly bigint[]): bigint => instants.reduce((left, right) => (left > right ? left : right));

/** Silence counts from the opening of the market, not from yesterday's last word. */
const assessSilence = (state: FailoverState, at: UnixNanos, policy: FailoverPolicy): readonly FailoverEvent[] => {
  const { expectedSince } = state;
  if (expectedSince === undefined) return [];
  return state.sources.flatMap(({ name, health }): readonly FailoverEvent[] => {
    if (health.status !== 'SOUND') return [];
    const silence = at - latest(health.heardAt ?? health.since, expectedSince);
    if (silence < policy.staleNanos) return [];
    const detail = `nothing new for ${silence / 1_000_000_000n} s`;
    return [{ kind: 'SOURCE_FAILED', source: name, at, reason: 'STALE', detail, connected: true }];
  });
};

const assessAll = (
  state: FailoverState,
  { at, dataExpected }: Observation & { kind: 'CLOCK' },
  policy: FailoverPolicy,
): readonly FailoverEvent[] => {
  const changed = dataExpected !== (state.expectedSince !== undefined);
  const expectation: readonly FailoverEvent[] = changed ? [{ kind: dataExpected ? 'DATA_EXPECTED' : 'SILENCE_EXPECTED', at }] : [];
  const rested = state.sources
    .filter(({ health }) => health.status === 'FAILED' && isBad(health) && health.connected && at - health.since >= policy.restNanos)
    .map(({ name }): FailoverEvent => ({ kind: 'SOURCE_SOUND', source: name, at }));
  return [...expectation, ...rested, ...assessSilence(expectation.reduce(evolveFailover, state), at, policy)];
};

/** A better source must have been sound for a while and have said something; with none active, sound is enough. */
const mayTake = ({ health }: SourceState, at: UnixNanos, policy: FailoverPolicy, returning: boolean): boolean =>
  health.status === 'SOUND' && (!returning || (health.heardAt !== undefined && at - health.since >= policy.returnNanos));

const choose = (state: FailoverState, at: UnixNanos, policy: FailoverPolicy): readonly FailoverEvent[] => {
  const activeIndex = state.sources.findIndex(({ name }) => name === state.active);
  const active = state.sources[activeIndex]?.health;
  const lost = active?.status !== 'SOUND';
  if (active?.status === 'FAILED' && active.reason === 'ERROR' && at - active.since < policy.toleranceNanos) return [];
  const next = state.sources.find((source, index) =>
    lost ? index !== activeIndex && mayTake(source, at, policy, false) : index < activeIndex && mayTake(source, at, policy, true),
  );
  if (next === undefined) return [];
  const reason: SwitchReason = active === undefined ? 'FIRST' : active.status === 'FAILED' ? active.reason : lost ? 'ERROR' : 'RETURN';
  return [{ kind: 'SWITCHED', from: state.active, to: next.name, at, reason }];
};

/** What follows from an observation, in order. Throws RangeError on a source that is not one of the feed's. */
export const decideFailover = (state: FailoverState, observation: Observation, policy: FailoverPolicy): readonly FailoverEvent[] => {
  const assessed = assess(state, observation, policy);
  return [...assessed, ...choose(assessed.reduce(evolveFailover, state), observation.at, policy)];
};

const withHealth = (state: FailoverState, name: string, health: SourceHealth): FailoverState => ({
  ...state,
  sources: state.sources.map((source) => (source.name === name ? { name, health } : source)),
});

export const evolveFailover = (state: FailoverState, event: FailoverEvent): FailoverState => {
  switch (event.kind) {
    case 'SOURCE_SOUND':
      return withHealth(state, event.source, { status: 'SOUND', since: event.at, heardAt: undefined });
    case 'SOURCE_HEARD': {
      const health = healthOf(state, event.source);
      return health.status === 'SOUND' ? withHealth(state, event.source, { ...health, heardAt: event.at }) : state;
    }
    case 'SOURCE_FAILED':
      return withHealth(state, event.source, { status: 'FAILED', since: event.at, reason: event.reason, connected: event.connected });
    case 'SOURCE_RELEASED':
      return withHealth(state, event.source, { status: 'IDLE' });
    case 'DATA_EXPECTED':
      return { ...state, expectedSince: event.at };
    case 'SILENCE_EXPECTED':
      return { ...state, expectedSince: undefined };
    case 'SWITCHED':
      return { ...state, active: event.to };
    default:
      return unreachable(event);
  }
};

/**
 * The sources that should be connected: the active one and all better ones, and while none is sound, one more for each that has failed. The shell connects
 * these and releases the rest.
 */
export const wantedSources = (state: FailoverState): readonly string[] => {
  const last = state.sources.findIndex(({ health }) => health.status !== 'FAILED');
  const active = state.sources.findIndex(({ name }) => name === state.active);
  const count = last < 0 ? state.sources.length : Math.max(last, active) + 1;
  return state.sources.slice(0, count).map(({ name }) => name);
};
