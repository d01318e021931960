import { describe, expect, it } from 'vitest';
import { type Core, scenario } from '../src/given-when-then.js';

interface Count {
  readonly total: number;
}
const counter: Core<Count, number, { added: number }> = {
  initialState: () => ({ total: 0 }),
  decide: (state, amount) => (state.total + amount > 10 ? [] : [{ added: amount }]),
  evolve: (state, event) => ({ total: state.total + event.added }),
};

describe('given, when, then', () => {
  it('decides on the state that the given events leave', () => {
    scenario(counter).given({ added: 8 }).when(2).decides({ added: 2 });
    scenario(counter).given({ added: 9 }).when(2).decidesNothing();
  });

  it('decides each command on what the earlier ones left', () => {
    const outcome = scenario(counter).when(6, 6, 4);
    outcome.decides({ added: 6 }, { added: 4 });
    expect(outcome.state.total).toBe(10);
  });

  it('fails when other events were decided than expected', () => {
    expect(() => scenario(counter).when(1).decides({ added: 2 })).toThrow();
    expect(() => scenario(counter).when(1).decidesNothing()).toThrow();
  });

  it('fails when evolve changes its argument', () => {
    const careless: Core<{ total: number }, number, number> = {
      initialState: () => ({ total: 0 }),
      decide: (_, amount) => [amount],
      evolve: (state, amount) => {
        state.total += amount;
        return state;
      },
    };
    expect(() => scenario(careless).when(1)).toThrow(TypeError);
  });
});
