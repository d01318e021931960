import { describe, expect, it } from 'vitest';

import { decideCommand, evolveRisk, initialRisk, ProfileInForce, riskProfileDigest, riskProfileText } from '../src/index.js';
import type { RiskCommand, RiskProfile, RiskState } from '../src/index.js';
import { ACCOUNT, at, Guard, profile, profileJson } from './fixtures.js';

const base = { id: 'rc/1', accountId: ACCOUNT, actor: 'ann', reason: 'drill', at: at(9) };
const halt = (changes: Partial<typeof base> = {}): RiskCommand => ({ ...base, ...changes, type: 'Halt' });
const resume = (changes: Partial<typeof base> = {}): RiskCommand => ({ ...base, ...changes, type: 'Resume' });
const reload = (text: string, changes: Partial<typeof base> = {}): RiskCommand => ({
  ...base,
  ...changes,
  type: 'ReloadProfile',
  profile: text,
});
const opened = initialRisk({ accountId: ACCOUNT });
const after = (state: RiskState, command: RiskCommand, limits: RiskProfile = profile()): RiskState =>
  decideCommand(state, command, limits).state;

describe('halt and resume', () => {
  it('are a person’s, with a reason, told once', () => {
    const halted = decideCommand(opened, halt(), profile());
    expect(halted.changed).toMatchObject({
      previous: 'ACTIVE',
      state: { status: 'HALTED', actor: 'ann', reason: 'drill' },
      causes: ['rc/1'],
    });
    expect(decideCommand(halted.state, halt(), profile()).refusal).toBe('COMMAND_REPEATED');
    expect(decideCommand(halted.state, halt({ id: 'rc/2' }), profile()).refusal).toBe('ALREADY_SO');
    expect(decideCommand(halted.state, resume({ id: 'rc/3', actor: ' ' }), profile()).refusal).toBe('ACTOR_MISSING');
    expect(decideCommand(halted.state, resume({ id: 'rc/3', reason: '' }), profile()).refusal).toBe('REASON_MISSING');
    expect(after(halted.state, resume({ id: 'rc/3' })).trading).toMatchObject({ status: 'ACTIVE', actor: 'ann' });
  });
  it('an automatic actor may halt, and never resumes', () => {
    const halted = after(opened, halt({ actor: 'dead-man:data' }));
    expect(halted.trading).toMatchObject({ status: 'HALTED', actor: 'dead-man:data' });
    for (const actor of ['dead-man:data', 'breaker:daily-loss', 'dead-man', 'demo-profile', 'tradewind'])
      expect(decideCommand(halted, resume({ id: 'rc/2', actor }), profile()).refusal).toBe('ACTOR_IS_NO_PERSON');
  });
  it('a profile that resumes by itself does not end what a person halted', () => {
    const guard = new Guard(profile('demo', { autoResume: { afterSessions: 2 } })).equity('100000');
    guard.state = after(guard.state, halt(), guard.limits);
    for (let day = 0; day < 30; day += 1) guard.equity('100000');
    expect(guard.reached.state).toMatchObject({ status: 'HALTED', actor: 'ann' });
  });
  it('a person takes over the halt of a breaker, and from then on nothing but a person ends it', () => {
    const guard = new Guard(profile('demo', { autoResume: { afterSessions: 2 } })).equity('100000').equity('80000');
    expect(guard.reached.state.actor).toBe('breaker:drawdown-close');
    const answer = decideCommand(guard.state, halt(), guard.limits);
    expect(answer.changed).toMatchObject({ previous: 'HALTED', state: { status: 'HALTED', actor: 'ann' } });
    guard.state = answer.state;
    for (let day = 0; day < 30; day += 1) guard.equity('80000');
    expect(guard.reached.state).toMatchObject({ status: 'HALTED', actor: 'ann' });
  });
});

describe('a profile that a command reloads', () => {
  const paper = profile('paper');
  const trial = riskProfileText(profile('trial'));
  it('is in force at once, whole in the event, and after a restart', () => {
    const answer = decideCommand(opened, reload(trial), paper);
    expect(answer.profile).toMatchObject({
      id: 'pr/paper-1/rc/1',
      actor: 'ann',
      reason: 'drill',
      name: 'trial',
      digest: riskProfileDigest(profile('trial')),
      previousDigest: riskProfileDigest(paper),
      profile: trial,
      causes: ['rc/1'],
    });
    expect(answer.changed).toBeUndefined();
    expect(answer.state.trading).toBe(opened.trading);
    expect(answer.events.reduce(evolveRisk, opened)).toEqual(answer.state);
    const started = new ProfileInForce(paper);
    expect(started.of(opened).name).toBe('paper');
    expect(started.of(answer.state)).toEqual(profile('trial'));
    expect(started.digestOf(answer.state)).toBe(riskProfileDigest(profile('trial')));
    expect(started.of(opened)).toBe(paper);
  });
  it('holds from the next step on', () => {
    const guard = new Guard(paper).equity('100000');
    const state = after(
      guard.state,
      reload(
        JSON.stringify({
          ...profileJson('paper'),
          name: 'tight',
          breakers: { ...profileJson('paper')['breakers'], dailyLoss: { limit: '0.001' } },
        }),
      ),
      paper,
    );
    guard.state = state;
    (guard as { limits: RiskProfile }).limits = new ProfileInForce(paper).of(state);
    expect(guard.equity('99900').actions).toEqual(['daily-loss REDUCE_HALF']);
  });
  it('is refused with every fault when it is invalid, and changes nothing', () => {
    const wrong = { ...profileJson('paper'), limits: { ...profileJson('paper')['limits'], positionMax: 'a lot' }, colour: 'red' };
    const answer = decideCommand(opened, reload(JSON.stringify(wrong)), paper);
    expect(answer).toMatchObject({ refusal: 'PROFILE_INVALID', state: opened, events: [] });
    expect(answer.faults).toEqual([expect.stringContaining('profile.limits.positionMax'), 'profile.colour is not a known setting']);
    expect(decideCommand(opened, reload('{'), paper).faults).toEqual([expect.stringContaining('no JSON')]);
    expect(decideCommand(opened, reload('[]'), paper).refusal).toBe('PROFILE_INVALID');
  });
  it('is no repetition of the one in force, and no automatic actor’s', () => {
    expect(decideCommand(opened, reload(riskProfileText(paper)), paper).refusal).toBe('ALREADY_SO');
    expect(decideCommand(opened, reload(trial, { actor: 'breaker:x' }), paper).refusal).toBe('ACTOR_IS_NO_PERSON');
    expect(decideCommand(opened, reload(trial, { accountId: 'other' as typeof ACCOUNT }), paper).refusal).toBe('UNKNOWN_ACCOUNT');
  });
  it('takes no limits of real money away: a live profile gives way to live profiles alone', () => {
    const live = profile('live');
    expect(decideCommand(opened, reload(trial), live).refusal).toBe('PROFILE_NOT_LIVE');
    const tighter = { ...profileJson('live'), name: 'live-careful', killSwitch: { closePositions: !live.killSwitch.closePositions } };
    expect(decideCommand(opened, reload(JSON.stringify(tighter)), live).profile?.name).toBe('live-careful');
  });
});
