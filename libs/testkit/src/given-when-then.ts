import { deepStrictEqual } from 'node:assert';

/** A functional core as our stages have it: facts in, events out, state folded from events. */
export interface Core<State, Command, Event> {
  initialState(): State;
  decide(state: State, command: Command): readonly Event[];
  evolve(state: State, event: Event): State;
}

export interface Scenario<State, Command, Event> {
  /** Events that happened before. */
  given(...events: readonly Event[]): Scenario<State, Command, Event>;
  /** Commands, each decided on the state that the earlier ones left. */
  when(...commands: readonly Command[]): Outcome<State, Event>;
}

export interface Outcome<State, Event> {
  /** Every event decided, in order. */
  readonly events: readonly Event[];
  readonly state: State;
  /** Fails unless exactly these events were decided. */
  decides(...expected: readonly Event[]): void;
  /** Fails unless nothing was decided. */
  decidesNothing(): void;
}

/**
 * Tests a core by its events alone: `scenario(core).given(past…).when(command).decides(expected…)`. Every state on the way is frozen, so that
 * an `evolve` which changes its argument fails at once.
 */
export function scenario<State, Command, Event>(core: Core<State, Command, Event>): Scenario<State, Command, Event> {
  return from(core, freeze(core.initialState()));
}

function from<State, Command, Event>(core: Core<State, Command, Event>, state: State): Scenario<State, Command, Event> {
  const fold = (start: State, events: readonly Event[]): State =>
    events.reduce<State>((current, event) => freeze(core.evolve(current, freeze(event))), start);
  return {
    given: (...events) => from(core, fold(state, events)),
    when: (...commands) => {
      let current = state;
      const decided: Event[] = [];
      for (const command of commands) {
        const events = core.decide(current, freeze(command));
        decided.push(...events);
        current = fold(current, events);
      }
      return {
        events: decided,
        state: current,
        decides: (...expected) => deepStrictEqual(decided, [...expected]),
        decidesNothing: () => deepStrictEqual(decided, []),
      };
    },
  };
}

function freeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value) && !ArrayBuffer.isView(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}
