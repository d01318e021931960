import { realData } from '@tradewind/testkit';
import { beforeAll, describe, expect, it } from 'vitest';

import { proposeRepairs, type RepairField, type RepairKind, type RepairProposal, type VendorRow } from '../../src/index.js';
import { vendorRows } from './vendor-files.js';

const pairs = realData('repair-pairs');
const FIELDS: readonly RepairField[] = ['open', 'high', 'low', 'close', 'adjusted', 'volume', 'dividend'];
/** What was wrong with each file. */
const FAULTY: Readonly<Record<string, RepairKind>> = {
  'AET-L-1d-100x-error': 'UNIT_100X',
  'ASAI-L-1h-bad-unit': 'UNIT_100X',
  '4063-T-1d-bad-stock-split': 'SPLIT_PARTLY_APPLIED',
  'DEX-AX-1d-bad-stock-split': 'SPLIT_PARTLY_APPLIED',
  'ALPHA-PA-1d-bad-stock-split': 'SPLIT_WRONG_ROWS',
  'AV-L-1wk-bad-stock-split': 'SPLIT_WRONG_ROWS',
  'CNE-L-1d-bad-stock-split': 'SPLIT_WRONG_ROWS',
  'ABDP-L-1d-bad-div': 'DIVIDEND_UNIT',
  'ELCO-L-1d-bad-div': 'DIVIDEND_UNIT',
  '4063-T-1d-bad-div': 'DIVIDEND_NOT_SPLIT_ADJUSTED',
  '1398-HK-1d-bad-div': 'DIVIDEND_MISSING_ADJUSTMENT',
  '3988-HK-1d-bad-div': 'DIVIDEND_MISSING_ADJUSTMENT',
  '8TRA-DE-1d-missing-div-adjust': 'DIVIDEND_MISSING_ADJUSTMENT',
  'ADIG-L-1d-bad-div': 'DIVIDEND_WRONG_ADJUSTMENT',
  'CLC-L-1d-bad-div': 'DIVIDEND_WRONG_ADJUSTMENT',
  'DODFX-1d-cg-double-count': 'CAPITAL_GAIN_DOUBLE_COUNT',
};
const SOUND = ['CALM-1d-no-bad-divs', 'EA-15m-no-bad-divs', 'EWG-1d-no-bad-divs'];
/** A value is right within 1% of the vendor's repaired one, and one that the vendor moved by less than a thousandth was left as it was. */
const VALUE_TOLERANCE = 0.01;
const CHANGE_MIN = 0.001;

interface Score {
  proposed: number;
  right: number;
  faulty: number;
  repaired: number;
}

const rowsOf = (name: string): readonly VendorRow[] => vendorRows(`${pairs.path}/${name}.csv.gz`);
const apart = (left: number, right: number, tolerance: number): boolean =>
  Math.abs(left - right) > tolerance * Math.max(Math.abs(left), Math.abs(right));
const keyOf = (index: number, field: RepairField): string => `${index}/${field}`;

/** The last proposal of each value. */
const finalOf = (proposals: readonly RepairProposal[]): ReadonlyMap<string, RepairProposal> =>
  new Map(proposals.filter(({ proposed }) => proposed !== undefined).map((one) => [keyOf(one.index, one.field), one]));

const measure = (scores: Map<RepairKind, Score>, name: string, told: RepairKind): void => {
  const scoreOf = (kind: RepairKind): Score => {
    const score = scores.get(kind) ?? { proposed: 0, right: 0, faulty: 0, repaired: 0 };
    scores.set(kind, score);
    return score;
  };
  const rows = rowsOf(name);
  const fixed = rowsOf(`${name}-fixed`);
  expect(fixed.map(({ at }) => at)).toEqual(rows.map(({ at }) => at));
  const final = finalOf(proposeRepairs(rows));
  for (const [index, row] of rows.entries())
    for (const field of FIELDS) {
      const truth = fixed[index]![field];
      const proposal = final.get(keyOf(index, field));
      const faulty = apart(row[field], truth, CHANGE_MIN);
      const right = proposal !== undefined && faulty && !apart(proposal.proposed!, truth, VALUE_TOLERANCE);
      if (faulty) scoreOf(told).faulty += 1;
      if (right) scoreOf(told).repaired += 1;
      if (proposal === undefined) continue;
      scoreOf(proposal.kind).proposed += 1;
      if (right) scoreOf(proposal.kind).right += 1;
      else
        process.stdout.write(`${name} row ${index} ${field}: ${proposal.kind} ${proposal.now} -> ${proposal.proposed}, vendor ${truth}\n`);
    }
};

const share = (part: number, whole: number): string => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)}%`);
const tableOf = (scores: ReadonlyMap<RepairKind, Score>): string =>
  [...scores]
    .map(
      ([kind, { proposed, right, faulty, repaired }]) =>
        `| \`${kind}\` | ${faulty} | ${repaired} | ${share(repaired, faulty)} | ${proposed} | ${right} | ${share(right, proposed)} |`,
    )
    .join('\n');

describe.skipIf(pairs.absent)(`proposals for faulty files of a vendor${pairs.note}`, () => {
  const scores = new Map<RepairKind, Score>();
  beforeAll(() => {
    for (const [name, kind] of Object.entries(FAULTY)) measure(scores, name, kind);
    process.stdout.write(`| kind | faulty values | repaired | recall | proposed | right | precision |\n${tableOf(scores)}\n`);
  });

  it.each(SOUND)('are none for %s', (name) => {
    expect(proposeRepairs(rowsOf(name)).filter(({ proposed }) => proposed !== undefined)).toEqual([]);
  });
});
