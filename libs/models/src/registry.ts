import { failed, type Result, succeeded, type UnixNanos } from '@tradewind/vocabulary';

import type { ModelStage, ModelStageChanged } from './stage.js';

/** One version as the registry remembers it; everything else about it is in its manifest. */
export interface RegisteredVersion {
  readonly model: string;
  readonly version: number;
  readonly digest: string;
  readonly stage: ModelStage;
  readonly registeredAt: UnixNanos;
  readonly registeredBy: string;
  /** Changes of stage so far, registration included. */
  readonly changes: number;
}

/** All versions in the order of registration. At most one is the champion, over all models. */
export interface RegistryState {
  readonly versions: readonly RegisteredVersion[];
}

export type RegistryCommand =
  | { readonly type: 'Register'; readonly model: string; readonly digest: string; readonly actor: string; readonly at: UnixNanos }
  | {
      readonly type: 'Promote';
      readonly model: string;
      readonly version: number;
      readonly actor: string;
      readonly reason: string;
      readonly at: UnixNanos;
    };

/** Stable codes of what the registry refuses. */
export type RegistryRefusal =
  | { readonly code: 'MODEL_VERSION_UNKNOWN'; readonly detail: string }
  | { readonly code: 'REGISTRY_FULL'; readonly detail: string }
  | { readonly code: 'ACTOR_MISSING'; readonly detail: string };

export const EMPTY_REGISTRY: RegistryState = { versions: [] };
export const REGISTRY_VERSIONS_MAX = 10_000;

export const championOf = (state: RegistryState): RegisteredVersion | undefined =>
  state.versions.find((entry) => entry.stage === 'CHAMPION');

export const versionOf = (state: RegistryState, model: string, version: number): RegisteredVersion | undefined =>
  state.versions.find((entry) => entry.model === model && entry.version === version);

export const versionWithDigest = (state: RegistryState, model: string, digest: string): RegisteredVersion | undefined =>
  state.versions.find((entry) => entry.model === model && entry.digest === digest);

const changed = (entry: RegisteredVersion, stage: ModelStage, actor: string, reason: string, at: UnixNanos): ModelStageChanged => ({
  id: `ms/${entry.model}@${entry.version}/${stage}/${entry.changes + 1}`,
  at,
  model: entry.model,
  version: entry.version,
  digest: entry.digest,
  previous: entry.changes === 0 ? undefined : entry.stage,
  stage,
  actor,
  reason,
});

/**
 * What a command means for the registry. No changes: it was done before. Promotion puts the present champion to rest first, whatever model it is
 * of; a retired version may be promoted again, which is a rollback.
 */
export const decideRegistry = (state: RegistryState, command: RegistryCommand): Result<readonly ModelStageChanged[], RegistryRefusal> => {
  if (command.actor.trim() === '')
    return failed({ code: 'ACTOR_MISSING', detail: 'a change of the registry needs the name of who makes it' });
  if (command.type === 'Register') return register(state, command);
  const candidate = versionOf(state, command.model, command.version);
  if (candidate === undefined)
    return failed({ code: 'MODEL_VERSION_UNKNOWN', detail: `${command.model}@${command.version} is not registered` });
  if (candidate.stage === 'CHAMPION') return succeeded([]);
  const { actor, reason, at } = command;
  const champion = championOf(state);
  const retired =
    champion === undefined
      ? []
      : [changed(champion, 'RETIRED', actor, `replaced by ${candidate.model}@${candidate.version}: ${reason}`, at)];
  return succeeded([...retired, changed(candidate, 'CHAMPION', actor, reason, at)]);
};

const register = (
  state: RegistryState,
  command: Extract<RegistryCommand, { type: 'Register' }>,
): Result<readonly ModelStageChanged[], RegistryRefusal> => {
  const { model, digest, actor, at } = command;
  if (versionWithDigest(state, model, digest) !== undefined) return succeeded([]);
  if (state.versions.length >= REGISTRY_VERSIONS_MAX)
    return failed({ code: 'REGISTRY_FULL', detail: `${REGISTRY_VERSIONS_MAX} versions are registered` });
  const version = state.versions.reduce((highest, entry) => (entry.model === model ? Math.max(highest, entry.version) : highest), 0) + 1;
  const entry: RegisteredVersion = { model, version, digest, stage: 'REGISTERED', registeredAt: at, registeredBy: actor, changes: 0 };
  return succeeded([changed(entry, 'REGISTERED', actor, 'passed the gate', at)]);
};

/** The state after a change. Throws RangeError when the change does not follow from the state. */
export const evolveRegistry = (state: RegistryState, event: ModelStageChanged): RegistryState => {
  const { model, version, digest, stage } = event;
  const known = versionOf(state, model, version);
  if (known === undefined) {
    if (stage !== 'REGISTERED') throw new RangeError(`${event.id} is about a version that is not registered`);
    return {
      versions: [...state.versions, { model, version, digest, stage, registeredAt: event.at, registeredBy: event.actor, changes: 1 }],
    };
  }
  if (known.stage !== event.previous || known.digest !== digest)
    throw new RangeError(`${event.id} does not follow from the stage ${known.stage}`);
  return { versions: state.versions.map((entry) => (entry === known ? { ...entry, stage, changes: entry.changes + 1 } : entry)) };
};
