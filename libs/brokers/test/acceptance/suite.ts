import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { VenueCapabilities } from '@tradewind/venue';

import { Bench } from './bench.js';
import type { AcceptanceCase } from './case.js';
import { ACCEPTANCE_CASES } from './cases/all.js';
import type { VenueHarness } from './venue-under-test.js';

/** Undefined when the venue can be asked; else what it lacks. */
export const lackOf = (
  { traits: needs = [], capable }: AcceptanceCase,
  capabilities: VenueCapabilities,
  traits: ReadonlySet<string>,
): string | undefined => needs.find((need) => !traits.has(need)) ?? (capable?.(capabilities) === false ? 'capability' : undefined);

/**
 * The rules that every broker keeps, each against its own venue, freshly started. A case that needs what the venue does not have is skipped by its name.
 * `TW_ACCEPTANCE_TABLE` in the environment prints a line for each case.
 */
export const brokerAcceptance = (name: string, harness: VenueHarness): void => {
  describe(`the broker ${name}`, () => {
    let bench: Bench;
    beforeEach(async () => {
      bench = new Bench(await harness.start());
    });
    afterEach(async () => {
      await bench.end();
      const said = JSON.stringify([bench.around.logged, bench.sink.faults.map(({ error, raw }) => [error.message, raw]), bench.sink.links]);
      for (const secret of harness.secrets) expect(said).not.toContain(secret);
    });
    it('says of itself what it is known for', () => {
      expect(bench.broker.name).toBe(name);
      expect(bench.broker.capabilities).toEqual(harness.capabilities);
    });
    for (const acceptance of ACCEPTANCE_CASES) {
      const lack = lackOf(acceptance, harness.capabilities, harness.traits);
      const why = lack === undefined ? '' : ` [not asked: ${lack}]`;
      it.skipIf(lack !== undefined)(`${acceptance.name}${why}`, async () => {
        if (acceptance.unconnected === undefined) await bench.connect();
        await acceptance.run(bench);
      });
    }
  });
};
