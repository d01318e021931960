import { readdirSync, readFileSync } from 'node:fs';

import { realData } from '@tradewind/testkit';
import { beforeAll, describe, expect, it } from 'vitest';

import { proposeRepairs, type RepairKind, type VendorRow } from '../../src/index.js';
import { RepairScore } from './repair-score.js';
import { vendorRows } from './vendor-files.js';

const REFERENCE = new URL('../../../../docs/reference/data-quality.md', import.meta.url);
const daily = realData('us-daily');
const ROWS = 750;
const RATIOS = [2, 3, 4, 5, 10, 1.5, 0.5, 0.1, 0.05];
const PRICES = ['open', 'high', 'low', 'close', 'adjusted'] as const;

type Mutable = { -readonly [Field in keyof VendorRow]: VendorRow[Field] };
/** What to choose: the same numbers in each run. */
type Draw = (below: number) => number;
const draws = (seed: number): Draw => {
  let state = (seed * 2_654_435_761) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

const times = (row: Mutable, ratio: number, shares: boolean): void => {
  for (const field of PRICES) row[field] *= ratio;
  if (shares) row.volume = Math.round(row.volume / ratio);
};
const adjust = (rows: readonly Mutable[], before: number, ratio: number): void => {
  for (const row of rows.slice(0, before)) row.adjusted *= ratio;
};
/** The files have no dividends: they are what the adjusted closes were lowered by. */
const withDividends = (rows: readonly VendorRow[]): readonly VendorRow[] =>
  rows.map((row, index) => {
    const last = rows[index - 1];
    if (last === undefined) return row;
    const yielded = 1 - last.adjusted / last.close / (row.adjusted / row.close);
    return yielded > 5e-4 ? { ...row, dividend: yielded * last.close } : row;
  });

interface Injection {
  readonly kind: RepairKind;
  /** Puts a fault into `faulty`; what is true of the events alone goes into both. False when there is nothing to make faulty. */
  put(faulty: Mutable[], truth: Mutable[], draw: Draw): boolean;
}

const splitAt = (faulty: Mutable[], truth: Mutable[], draw: Draw): { readonly at: number; readonly ratio: number } => {
  const at = 100 + draw(ROWS - 200);
  const ratio = RATIOS[draw(RATIOS.length)]!;
  for (const rows of [faulty, truth]) rows[at]!.split = ratio;
  return { at, ratio };
};
const exDate = (rows: readonly Mutable[], draw: Draw): number => {
  const found = [...rows.keys()].filter((index) => index > 0 && rows[index]!.dividend > 0);
  return found[draw(found.length)] ?? -1;
};
const yieldAt = (rows: readonly Mutable[], at: number): number => rows[at]!.dividend / rows[at - 1]!.close;

const INJECTIONS: readonly Injection[] = [
  {
    kind: 'SPLIT_NOT_APPLIED',
    put(faulty, truth, draw) {
      const { at, ratio } = splitAt(faulty, truth, draw);
      for (const row of faulty.slice(0, at)) times(row, ratio, true);
      return true;
    },
  },
  {
    kind: 'SPLIT_PARTLY_APPLIED',
    put(faulty, truth, draw) {
      const { at, ratio } = splitAt(faulty, truth, draw);
      for (const row of faulty.slice(0, at - 1 - draw(10))) times(row, ratio, true);
      return true;
    },
  },
  {
    kind: 'SPLIT_WRONG_ROWS',
    put(faulty, truth, draw) {
      const { at, ratio } = splitAt(faulty, truth, draw);
      const first = at - 2 - draw(12);
      for (const row of faulty.slice(first, first + 1 + draw(2))) times(row, ratio, true);
      return true;
    },
  },
  {
    kind: 'UNIT_100X',
    put(faulty, _truth, draw) {
      const first = 1 + draw(ROWS - 30);
      const ratio = draw(2) === 0 ? 100 : 0.01;
      for (const row of faulty.slice(first, first + 1 + draw(20))) times(row, ratio, false);
      const lone = faulty[1 + draw(ROWS - 30)]!;
      if (lone.low > lone.close / 2 && lone.low < lone.close * 2) lone.low /= 100;
      return true;
    },
  },
  {
    kind: 'SPIKE',
    put(faulty, _truth, draw) {
      const row = faulty[1 + draw(ROWS - 2)]!;
      const ratio = draw(2) === 0 ? 2 : 0.55;
      row.close *= ratio;
      row.adjusted *= ratio;
      return true;
    },
  },
  {
    kind: 'DIVIDEND_UNIT',
    put(faulty, _truth, draw) {
      const at = exDate(faulty, draw);
      if (at < 0) return false;
      faulty[at]!.dividend *= 100;
      return true;
    },
  },
  {
    kind: 'DIVIDEND_NOT_SPLIT_ADJUSTED',
    put(faulty, truth, draw) {
      const at = exDate(faulty, draw);
      if (at < 0) return false;
      const ratio = RATIOS[draw(RATIOS.length)]!;
      for (const rows of [faulty, truth]) rows[Math.min(ROWS - 1, at + draw(50))]!.split = ratio;
      faulty[at]!.dividend *= ratio;
      return true;
    },
  },
  {
    kind: 'DIVIDEND_MISSING_ADJUSTMENT',
    put(faulty, _truth, draw) {
      const at = exDate(faulty, draw);
      if (at < 0) return false;
      adjust(faulty, at, 1 / (1 - yieldAt(faulty, at)));
      return true;
    },
  },
  {
    kind: 'DIVIDEND_WRONG_ADJUSTMENT',
    put(faulty, _truth, draw) {
      const at = exDate(faulty, draw);
      if (at < 0) return false;
      const wrong = draw(2) === 0 ? 0.01 : 2.5;
      adjust(faulty, at, (1 - wrong * yieldAt(faulty, at)) / (1 - yieldAt(faulty, at)));
      return true;
    },
  },
  {
    kind: 'CAPITAL_GAIN_DOUBLE_COUNT',
    put(faulty, truth, draw) {
      const at = exDate(faulty, draw);
      if (at < 0) return false;
      const gain = faulty[at]!.dividend / 2;
      for (const rows of [faulty, truth]) rows[at]!.capitalGain = gain;
      const paid = yieldAt(faulty, at);
      adjust(faulty, at, (1 - 1.5 * paid) / (1 - paid));
      return true;
    },
  },
];

describe.skipIf(daily.absent)(`proposals for sound files of another vendor${daily.note}`, () => {
  const files = ['stocks', 'etfs'].flatMap((folder) =>
    daily.absent ? [] : readdirSync(`${daily.path}/${folder}`).map((file) => `${daily.path}/${folder}/${file}`),
  );
  const sound = new Map<string, readonly VendorRow[]>();
  const score = new RepairScore();
  beforeAll(() => {
    for (const file of files.filter((name) => name.endsWith('.csv.gz'))) {
      const rows = withDividends(vendorRows(file)).filter(({ close }) => close > 0);
      if (rows.length > ROWS) sound.set(file.split('/').at(-1)!, rows);
    }
    let seed = 1;
    for (const [name, all] of sound)
      for (const injection of INJECTIONS) {
        const draw = draws((seed += 1));
        const start = draw(all.length - ROWS);
        const [faulty, truth] = [0, 1].map(() => all.slice(start, start + ROWS).map((row) => ({ ...row }))) as [Mutable[], Mutable[]];
        if (injection.put(faulty, truth, draw)) score.add(name, injection.kind, faulty, truth);
      }
    process.stdout.write(`| kind | faulty values | repaired | recall | proposed | right | precision |\n${score.table()}\n`);
  }, 60_000);

  it('are none, of 56 files and 198,665 rows', () => {
    const valued = [...sound].flatMap(([name, rows]) =>
      proposeRepairs(rows).flatMap(({ proposed, kind }) => (proposed === undefined ? [] : `${name} ${kind}`)),
    );
    expect([sound.size, [...sound.values()].reduce((sum, rows) => sum + rows.length, 0)]).toEqual([56, 198_665]);
    expect(valued).toEqual([]);
  });

  it.each(INJECTIONS.map(({ kind }) => kind).filter((kind) => kind !== 'SPIKE' && kind !== 'CAPITAL_GAIN_DOUBLE_COUNT'))(
    'repair all values of %s that were put in, and no other',
    (kind) => {
      const { faulty, repaired, proposed, right } = score.of(kind);
      expect(faulty).toBeGreaterThan(0);
      expect([repaired, right]).toEqual([faulty, proposed]);
    },
  );

  it('find all spikes, and most values to 1%: what the close was can only be guessed', () => {
    const { faulty, repaired, proposed } = score.of('SPIKE');
    expect(proposed).toBe(faulty);
    expect(repaired / faulty).toBeGreaterThan(0.7);
  });

  it('leave a gain counted twice alone when the price does not tell, and are right where it does', () => {
    const { repaired, proposed, right } = score.of('CAPITAL_GAIN_DOUBLE_COUNT');
    expect(repaired).toBeGreaterThan(0);
    expect(right).toBe(proposed);
  });

  it('are measured as the reference has it', () => expect(readFileSync(REFERENCE, 'utf8')).toContain(`${score.table()}\n`));
});
