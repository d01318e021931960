import type { UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { applyProposals, proposeRepairs, type RepairKind, type RepairProposal, type VendorRow } from '../../src/index.js';

const DAY = 86_400_000_000_000n;
/** A hundred days around 100, never further than 2% from one to the next; two dividends of 1, on days 30 and 70. */
const sound = (changes: (row: VendorRow, index: number) => Partial<VendorRow> = () => ({})): readonly VendorRow[] =>
  Array.from({ length: 100 }, (_, index) => {
    const close = closeOf(index);
    const row: VendorRow = {
      at: (BigInt(20_000 + index) * DAY) as UnixNanos,
      open: close - 0.2,
      high: close + 0.5,
      low: close - 0.5,
      close,
      adjusted: close * (index < 30 ? factor(30) : 1) * (index < 70 ? factor(70) : 1),
      volume: 1_000,
      dividend: index === 30 || index === 70 ? 1 : 0,
      split: 0,
      capitalGain: 0,
    };
    return { ...row, ...changes(row, index) };
  });
const closeOf = (index: number): number => 100 + ((index * 7) % 5) / 4;
const factor = (exDate: number): number => 1 - 1 / closeOf(exDate - 1);
const scaled = (row: VendorRow, ratio: number, volume = row.volume): Partial<VendorRow> => ({
  open: row.open * ratio,
  high: row.high * ratio,
  low: row.low * ratio,
  close: row.close * ratio,
  adjusted: row.adjusted * ratio,
  volume,
});
const kinds = (proposals: readonly RepairProposal[]): readonly RepairKind[] => [...new Set(proposals.map(({ kind }) => kind))];
const rounded = (rows: readonly VendorRow[]): readonly unknown[] =>
  rows.map((row) => Object.values(row).map((value) => (typeof value === 'number' ? value.toPrecision(10) : value)));

/** What is told of a split is true: the prices before it are those of the new shares. */
const withSplit = (ratio: number, faulty: (index: number) => boolean) => ({
  truth: sound((_, index) => (index === 50 ? { split: ratio } : {})),
  rows: sound((row, index) => ({
    ...(faulty(index) ? scaled(row, ratio, row.volume / ratio) : {}),
    ...(index === 50 ? { split: ratio } : {}),
  })),
});

describe('a sound history', () => {
  it('needs no repair', () => expect(proposeRepairs(sound())).toEqual([]));

  it('may fall by a third, or pay a fifth of its price, and need none', () => {
    expect(proposeRepairs(sound((row, index) => (index < 60 ? scaled(row, 1.5) : {})).map((row) => ({ ...row, dividend: 0 })))).toEqual([]);
    const special = sound((row, index) => (index < 30 ? { ...scaled(row, 1.25), adjusted: row.adjusted / factor(30) } : {}));
    const paid = special.map((row, index) => (index === 30 ? { ...row, dividend: 0.2 * special[29]!.close } : row));
    expect(proposeRepairs(paid)).toEqual([]);
  });

  it('may move to another level in two steps', () => {
    const halved = sound((row, index) =>
      index < 40 ? { ...scaled(row, 2), dividend: 0 } : { ...(index === 40 ? scaled(row, 4) : {}), dividend: 0 },
    );
    expect(proposeRepairs(halved.map((row) => ({ ...row, adjusted: row.close })))).toEqual([]);
  });

  it('is not adjusted for a large dividend by which its price did not fall', () => {
    expect(
      proposeRepairs(sound((row, index) => (index === 70 ? { dividend: 20 } : index < 70 ? { adjusted: row.adjusted / factor(70) } : {}))),
    ).toEqual([]);
  });

  it('of few rows, or none, is not judged by what is usual', () => {
    expect(proposeRepairs([])).toEqual([]);
    expect(proposeRepairs(sound().slice(0, 1))).toEqual([]);
  });
});

describe.each([
  ['SPLIT_NOT_APPLIED', withSplit(4, (index) => index < 50)],
  ['SPLIT_PARTLY_APPLIED', withSplit(0.1, (index) => index < 47)],
  ['SPLIT_WRONG_ROWS', withSplit(2, (index) => index === 44 || index === 45)],
  ['UNIT_100X', { truth: sound(), rows: sound((row, index) => (index > 10 && index < 20 ? scaled(row, 0.01) : {})) }],
  ['UNIT_100X', { truth: sound(), rows: sound((row, index) => (index === 10 ? { high: row.high * 100 } : {})) }],
  ['DIVIDEND_UNIT', { truth: sound(), rows: sound((_, index) => (index === 30 ? { dividend: 100 } : {})) }],
  ['DIVIDEND_UNIT', { truth: sound(), rows: sound((_, index) => (index === 30 ? { dividend: 0.01 } : {})) }],
  [
    'DIVIDEND_NOT_SPLIT_ADJUSTED',
    {
      truth: sound((_, index) => (index === 72 ? { split: 5 } : {})),
      rows: sound((_, index) => (index === 72 ? { split: 5 } : index === 70 ? { dividend: 5 } : {})),
    },
  ],
  [
    'DIVIDEND_MISSING_ADJUSTMENT',
    { truth: sound(), rows: sound((row, index) => (index < 70 ? { adjusted: row.adjusted / factor(70) } : {})) },
  ],
  [
    'DIVIDEND_WRONG_ADJUSTMENT',
    { truth: sound(), rows: sound((row, index) => (index < 30 ? { adjusted: row.adjusted * factor(30) ** 2 } : {})) },
  ],
] as const)('%s', (kind, { truth, rows }) => {
  it('is found, and what is proposed makes the truth', () => {
    const proposals = proposeRepairs(rows);
    expect(kinds(proposals)).toEqual([kind]);
    expect(rounded(applyProposals(rows, proposals))).toEqual(rounded(truth));
  });
});

describe('a proposal', () => {
  it('says row, field, value now and proposed, and why, and changes nothing by itself', () => {
    const rows = sound((row, index) => (index === 10 ? { low: row.low / 100 } : {}));
    const before = structuredClone(rows);
    const [proposal] = proposeRepairs(rows);
    expect(proposal).toMatchObject({ index: 10, at: rows[10]!.at, field: 'low', kind: 'UNIT_100X', now: rows[10]!.low, confidence: 1 });
    expect(proposal!.proposed).toBeCloseTo(rows[11]!.low - closeOf(11) + closeOf(10), 9);
    expect(proposal!.reason).toContain('hundred');
    expect(rows).toEqual(before);
    expect(applyProposals(rows, [])).toEqual(rows);
  });

  it('has no value where only another source can tell: a row without prices, a move without volume, a lone low', () => {
    const rows = sound((row, index) => {
      if (index === 40) return { open: NaN, high: NaN, low: NaN, close: NaN, adjusted: NaN, volume: NaN };
      if (index === 41) return { volume: 0 };
      return index === 42 ? { low: row.low / 2 } : {};
    });
    const proposals = proposeRepairs(rows);
    expect(proposals.map(({ index, kind, proposed }) => [index, kind, proposed])).toEqual([
      [42, 'SPIKE', undefined],
      [40, 'MISSING_ROW', undefined],
      [41, 'ZERO_VOLUME_PRICE', undefined],
    ]);
    expect(applyProposals(rows, proposals)).toEqual(rows);
  });

  it('for a close that left and came back is the level around it', () => {
    const rows = sound((row, index) => (index === 40 ? { close: row.close * 2, adjusted: row.adjusted * 2 } : {}));
    const [adjusted, close] = proposeRepairs(rows);
    expect([adjusted?.field, close?.field]).toEqual(['adjusted', 'close']);
    expect(Math.abs(close!.proposed! / closeOf(40) - 1)).toBeLessThan(0.02);
  });

  it('for a gain counted twice follows what the price fell by', () => {
    const fund = (dropShare: number): readonly VendorRow[] =>
      sound((row, index) => {
        const changes = index < 70 ? scaled(row, 1 / (1 - dropShare)) : {};
        return { ...changes, dividend: 0, adjusted: index < 70 ? (row.close / (1 - dropShare)) * (1 - 0.15) : row.close };
      }).map((row, index, rows) => (index === 70 ? { ...row, dividend: 0.1 * rows[69]!.close, capitalGain: 0.05 * rows[69]!.close } : row));
    expect(kinds(proposeRepairs(fund(0.1)))).toEqual(['CAPITAL_GAIN_DOUBLE_COUNT']);
    expect(proposeRepairs(fund(0.15))).toEqual([]);
  });
});
