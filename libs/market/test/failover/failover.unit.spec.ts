import { describe, expect, it } from 'vitest';

import type { UnixNanos } from '@tradewind/vocabulary';

import {
  decideFailover,
  evolveFailover,
  type FailoverEvent,
  type FailoverPolicy,
  type FailoverState,
  initialFailover,
  type Observation,
  wantedSources,
} from '../../src/failover/failover.js';

const SECOND = 1_000_000_000n;
const POLICY: FailoverPolicy = {
  toleranceNanos: 2n * SECOND,
  staleNanos: 90n * SECOND,
  qualityMin: 0.95,
  restNanos: 300n * SECOND,
  returnNanos: 60n * SECOND,
};

type Told = Observation extends infer O ? (O extends { at: UnixNanos } ? Omit<O, 'at'> : never) : never;

/** Runs observations at seconds; `said` keeps what follows from each. */
class Run {
  state: FailoverState = initialFailover(['ibkr', 'alpaca', 'yahoo']);
  readonly events: FailoverEvent[] = [];

  at(second: number, observation: Told): this {
    const events = decideFailover(this.state, { ...observation, at: (BigInt(second) * SECOND) as UnixNanos } as Observation, POLICY);
    this.events.push(...events);
    this.state = events.reduce(evolveFailover, this.state);
    return this;
  }
  clock(second: number, dataExpected = true): this {
    return this.at(second, { kind: 'CLOCK', dataExpected });
  }
  connected(second: number, source: string): this {
    return this.at(second, { kind: 'CONNECTED', source });
  }
  heard(second: number, source: string): this {
    return this.at(second, { kind: 'HEARD', source });
  }
  lost(second: number, source: string): this {
    return this.at(second, { kind: 'LOST', source, detail: 'gone' });
  }
  get switches(): readonly string[] {
    return this.events
      .filter((event) => event.kind === 'SWITCHED')
      .map(({ from, to, reason, at }) => `${at / SECOND}s ${from ?? '-'} > ${to} ${reason}`);
  }
}

const running = (): Run => new Run().clock(0).connected(0, 'ibkr').heard(1, 'ibkr');
/** The first is lost at 10 s and the second has taken over at 12 s. */
const switched = (): Run => running().lost(10, 'ibkr').connected(11, 'alpaca').heard(11, 'alpaca').clock(12);

describe('failover', () => {
  it('takes the first source that is connected', () => {
    expect(new Run().lost(0, 'ibkr').connected(1, 'alpaca').switches).toEqual(['1s - > alpaca FIRST']);
  });
  it('wants the first source only, and one more for each that has failed', () => {
    const run = new Run();
    expect(wantedSources(run.state)).toEqual(['ibkr']);
    expect(wantedSources(run.lost(0, 'ibkr').state)).toEqual(['ibkr', 'alpaca']);
    expect(wantedSources(run.lost(1, 'alpaca').state)).toEqual(['ibkr', 'alpaca', 'yahoo']);
    expect(wantedSources(run.lost(2, 'yahoo').state)).toEqual(['ibkr', 'alpaca', 'yahoo']);
  });
  it('keeps the active source and all better ones wanted until the return is done', () => {
    const run = switched().connected(20, 'ibkr');
    expect(wantedSources(run.state)).toEqual(['ibkr', 'alpaca']);
    run.heard(21, 'ibkr').heard(80, 'alpaca').clock(81);
    expect([run.state.active, wantedSources(run.state)]).toEqual(['ibkr', ['ibkr']]);
  });
  it('switches on an error that lasts longer than the tolerance', () => {
    const run = running().lost(10, 'ibkr').connected(11, 'alpaca');
    expect(run.state.active).toBe('ibkr');
    expect(run.clock(12).switches).toEqual(['0s - > ibkr FIRST', '12s ibkr > alpaca ERROR']);
  });
  it('does not switch when the connection comes back within the tolerance', () => {
    expect(running().lost(10, 'ibkr').connected(11, 'ibkr').connected(11, 'alpaca').clock(30).switches).toEqual(['0s - > ibkr FIRST']);
  });
  it('switches on silence, at the very nanosecond of the limit and not before', () => {
    const run = running().clock(90);
    expect(run.state.sources[0]!.health.status).toBe('SOUND');
    expect(run.clock(91).events.at(-1)).toMatchObject({ kind: 'SOURCE_FAILED', reason: 'STALE', connected: true });
    expect(run.connected(92, 'alpaca').switches.at(-1)).toBe('92s ibkr > alpaca STALE');
  });
  it('counts silence from the opening of the market, not from the last word of the day before', () => {
    const run = running().clock(2).clock(80, false).clock(10_000, true).clock(10_089, true);
    expect(run.state.sources[0]!.health.status).toBe('SOUND');
    expect(run.clock(10_090, true).state.sources[0]!.health).toMatchObject({ status: 'FAILED', reason: 'STALE' });
  });
  it('takes no offence at silence while no data is expected', () => {
    expect(running().clock(10_000, false).state.sources[0]!.health.status).toBe('SOUND');
  });
  it('takes a stale source that is heard again for sound', () => {
    const run = running().clock(91).connected(92, 'alpaca').heard(100, 'ibkr');
    expect(run.state.sources[0]!.health).toEqual({ status: 'SOUND', since: 100n * SECOND, heardAt: 100n * SECOND });
  });
  it('switches on a quality below the minimum, not at it', () => {
    const run = running().connected(2, 'alpaca').at(3, { kind: 'MEASURED', source: 'ibkr', score: 0.95 });
    expect(run.state.active).toBe('ibkr');
    expect(run.at(4, { kind: 'MEASURED', source: 'ibkr', score: 0.949 }).switches.at(-1)).toBe('4s ibkr > alpaca BAD_QUALITY');
  });
  it('lets a source of bad quality rest, however often it reconnects', () => {
    const run = running().connected(2, 'alpaca').at(4, { kind: 'MEASURED', source: 'ibkr', score: 0.5 });
    expect(run.connected(5, 'ibkr').heard(6, 'ibkr').clock(303, false).state.sources[0]!.health.status).toBe('FAILED');
    expect(run.clock(304, false).state.sources[0]!.health.status).toBe('SOUND');
    run.at(400, { kind: 'MEASURED', source: 'ibkr', score: 0.5 }).lost(401, 'ibkr').connected(402, 'ibkr');
    expect(run.clock(701, false).state.sources[0]!.health).toMatchObject({ status: 'FAILED', reason: 'BAD_QUALITY' });
    expect(run.clock(702, false).state.sources[0]!.health.status).toBe('SOUND');
  });
  it('returns to a better source only when it has been sound for long enough and has said something', () => {
    const silent = switched().connected(20, 'ibkr').heard(70, 'alpaca').clock(85);
    expect(silent.state.active).toBe('alpaca');
    const early = switched().connected(20, 'ibkr').heard(21, 'ibkr').heard(70, 'alpaca').clock(79);
    expect(early.state.active).toBe('alpaca');
    expect(early.clock(80).switches.at(-1)).toBe('80s alpaca > ibkr RETURN');
  });
  it('starts the wait for the return anew when the better source is lost in between', () => {
    const run = switched()
      .connected(20, 'ibkr')
      .heard(21, 'ibkr')
      .lost(50, 'ibkr')
      .connected(51, 'ibkr')
      .heard(52, 'ibkr')
      .heard(90, 'alpaca');
    expect(run.clock(100).state.active).toBe('alpaca');
    expect(run.clock(111).state.active).toBe('ibkr');
  });
  it('returns in order: to the second before the first when the second is sound earlier', () => {
    const run = switched().lost(20, 'alpaca').connected(21, 'yahoo').heard(21, 'yahoo').clock(22);
    expect(run.state.active).toBe('yahoo');
    run.connected(30, 'alpaca').heard(31, 'alpaca').connected(60, 'ibkr').heard(61, 'ibkr').heard(85, 'yahoo').clock(90);
    run.heard(119, 'alpaca').heard(119, 'ibkr').clock(120);
    expect(run.switches.slice(-3)).toEqual(['22s alpaca > yahoo ERROR', '90s yahoo > alpaca RETURN', '120s alpaca > ibkr RETURN']);
  });
  it('goes back at once, without the wait, when the active source is lost and only a fresh one is there', () => {
    expect(switched().connected(20, 'ibkr').lost(30, 'alpaca').clock(32).switches.at(-1)).toBe('32s alpaca > ibkr ERROR');
  });
  it('keeps the lost source active while there is no other', () => {
    const run = running().lost(10, 'ibkr').lost(11, 'alpaca').lost(12, 'yahoo').clock(100);
    expect([run.state.active, run.connected(101, 'ibkr').switches]).toEqual(['ibkr', ['0s - > ibkr FIRST']]);
  });
  it('tells each loss once', () => {
    const run = running().lost(10, 'ibkr').lost(11, 'ibkr').lost(12, 'ibkr');
    expect(run.events.filter(({ kind }) => kind === 'SOURCE_FAILED')).toHaveLength(1);
  });
  it('refuses a source that it does not know, no sources at all, and two of one name', () => {
    expect(() => running().lost(1, 'bloomberg')).toThrow(RangeError);
    expect(() => initialFailover([])).toThrow(RangeError);
    expect(() => initialFailover(['a', 'a'])).toThrow(RangeError);
  });
});
