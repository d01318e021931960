import type { RepairField, RepairKind, RepairProposal, VendorRow } from './repair-proposal.js';

type Mutable = { -readonly [Field in keyof VendorRow]: VendorRow[Field] };

/** Median absolute deviation to standard deviation of a normal distribution: 1 / Φ⁻¹(3/4). */
const DEVIATIONS_PER_MEDIAN = 1.4826;

export const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? NaN;
};

/** A copy of the rows on which proposals take effect, so that each fault is looked for in what the ones before it would leave. */
export class WorkingRows {
  readonly rows: readonly Mutable[];
  readonly proposals: RepairProposal[] = [];
  /** Indices of rows with prices. */
  readonly priced: readonly number[];

  constructor(rows: readonly VendorRow[]) {
    this.rows = rows.map((row) => ({ ...row }));
    this.priced = [...rows.keys()].filter((index) => rows[index]!.close > 0 && rows[index]!.adjusted > 0);
  }

  propose(
    index: number,
    field: RepairField,
    proposed: number | undefined,
    why: { readonly kind: RepairKind; readonly confidence: number; readonly reason: string },
  ): void {
    const row = this.rows[index]!;
    const now = row[field];
    if (now === proposed) return;
    this.proposals.push({ index, at: row.at, field, now, proposed, ...why });
    if (proposed !== undefined) row[field] = proposed;
  }

  /** Robust standard deviation of the log returns of adjusted closes, from one priced row to the next. */
  deviation(): number {
    const sizes = this.priced
      .slice(1)
      .map((index, before) => Math.abs(Math.log(this.rows[index]!.adjusted / this.rows[this.priced[before]!]!.adjusted)));
    return sizes.length === 0 ? 0 : DEVIATIONS_PER_MEDIAN * medianOf(sizes);
  }
}
