import { describe, expect, it } from 'vitest';

import { ACCEPTANCE_CASES } from './acceptance/cases/all.js';
import { lackOf } from './acceptance/suite.js';
import type { VenueHarness } from './acceptance/venue-under-test.js';
import { alpacaHarness } from './alpaca/alpaca-venue.js';
import { twsHarness } from './interactive-brokers/tws-venue.js';
import { paperHarness } from './paper/paper-market.js';

const BROKERS: Readonly<Record<string, VenueHarness>> = { paper: paperHarness, alpaca: alpacaHarness, 'interactive-brokers': twsHarness };

/** A case that is asked must pass, or the suite of that broker fails: so what is not skipped is passed. */
const verdictOf = (acceptance: (typeof ACCEPTANCE_CASES)[number], { capabilities, traits }: VenueHarness): string => {
  const lack = lackOf(acceptance, capabilities, traits);
  return lack === undefined ? 'pass' : lack === 'capability' ? '–' : `– ${lack}`;
};

describe('the acceptance suite of brokers', () => {
  it('has at least 60 rules, each with a name of its own', () => {
    const names = ACCEPTANCE_CASES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(60);
  });
  it('asks every broker at least 60 of them', () => {
    for (const [name, harness] of Object.entries(BROKERS)) {
      expect(ACCEPTANCE_CASES.filter((each) => verdictOf(each, harness) === 'pass').length, name).toBeGreaterThanOrEqual(60);
    }
  });
  it('asks each rule of at least one broker, but for the terms that none of them takes or refuses', () => {
    const unasked = ACCEPTANCE_CASES.filter((each) => Object.values(BROKERS).every((harness) => verdictOf(each, harness) !== 'pass'));
    expect(unasked.map(({ name }) => name).filter((name) => !/^(takes|refuses) a /.test(name))).toEqual(
      ['refuses fractions of a share where it has none as UNSUPPORTED'].filter((name) => unasked.some((each) => each.name === name)),
    );
  });
  it('is documented in docs/reference/broker-acceptance.md (write it anew with vitest -u)', async () => {
    const names = Object.keys(BROKERS);
    const asked = names.map((name) => ACCEPTANCE_CASES.filter((each) => verdictOf(each, BROKERS[name]!) === 'pass').length);
    const rows = ACCEPTANCE_CASES.map((each) => `| ${each.name} | ${names.map((name) => verdictOf(each, BROKERS[name]!)).join(' | ')} |`);
    const page = [
      '# What every broker is asked',
      '',
      'Generated from the acceptance suite (`libs/brokers/test/acceptance`); a test keeps it true. A case that is asked must pass, so `pass` is what the last run of',
      'the suite showed. A dash is a case that is not asked, with what the venue behind the broker lacks for it: a fault that its server can not be made to show,',
      'or, without a word, a capability that the broker does not claim.',
      '',
      `| case (${ACCEPTANCE_CASES.length}) | ${names.map((name, index) => `${name} (${asked[index]})`).join(' | ')} |`,
      `|---|${names.map(() => '---|').join('')}`,
      ...rows,
      '',
    ].join('\n');
    await expect(page).toMatchFileSnapshot('../../../docs/reference/broker-acceptance.md');
  });
});
