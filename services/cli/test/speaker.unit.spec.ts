import { describe, expect, it } from 'vitest';

import { CliError } from '../src/exit-codes.js';
import { speakerOf } from '../src/speaker.js';

const refusal = (flags: Parameters<typeof speakerOf>[0]): unknown => {
  try {
    return speakerOf(flags, { user: 'operator' });
  } catch (error) {
    return error instanceof CliError ? [error.exitCode, error.code] : error;
  }
};

describe('who says something and why', () => {
  it('is the user of the shell unless a person is named', () => {
    expect(refusal({ reason: ' drill ' })).toEqual({ actor: 'operator', reason: 'drill' });
    expect(refusal({ reason: 'drill', actor: 'A. Person' })).toEqual({ actor: 'A. Person', reason: 'drill' });
  });

  it('is never nobody and never without a reason, since no service takes such a command', () => {
    expect(refusal({ reason: 'drill', actor: ' ' })).toEqual([64, 'ACTOR_MISSING']);
    expect(refusal({ reason: '\t' })).toEqual([64, 'REASON_MISSING']);
    expect(refusal({})).toEqual([64, 'REASON_MISSING']);
  });
});
