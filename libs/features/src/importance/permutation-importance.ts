import { mean, sampleDeviation, studentTQuantile } from '@tradewind/statistics';

export interface ImportanceInput {
  readonly names: readonly string[];
  /** Held-out rows, each with one value for each name. They are not changed. */
  readonly rows: readonly Float64Array[];
  /** Loss of the model over rows, less is better; rows keep their places, so that it can know their targets. */
  readonly loss: (rows: readonly Float64Array[]) => number;
  /** Uniform in [0, 1), seeded by the caller. */
  readonly random: () => number;
  /** Shuffles a feature; more give narrower intervals. */
  readonly repeats?: number;
  /** Two-sided, e.g. 0.95. */
  readonly confidence?: number;
}

export interface FeatureImportance {
  readonly name: string;
  /** Mean growth of the loss when the feature is shuffled: what the model loses with it. About 0 or below: it can do without. */
  readonly importance: number;
  /** Standard deviation over the repeats. */
  readonly deviation: number;
  /** Interval of the mean by Student's t: how sure the shuffles are, not how sure another sample would be. */
  readonly low: number;
  readonly high: number;
}

const REPEATS = 10;
const CONFIDENCE = 0.95;

/** Rows with one column shuffled (Fisher and Yates), in rows of the result's own. */
const shuffleColumn = (rows: readonly Float64Array[], column: number, random: () => number): readonly Float64Array[] => {
  const values = rows.map((row) => row[column]!);
  for (let last = values.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const value = values[last]!;
    values[last] = values[other]!;
    values[other] = value;
  }
  return rows.map((row, index) => {
    const copy = Float64Array.from(row);
    copy[column] = values[index]!;
    return copy;
  });
};

/**
 * Permutation importance of each feature, greatest first (Breiman, "Random Forests", Machine Learning 45 (2001), sec. 10; any model: Fisher,
 * Rudin and Dominici, JMLR 20 (2019)). Features that say the same share their importance out. Throws RangeError below two rows or repeats and
 * on rows of another width.
 */
export const permutationImportance = ({
  names,
  rows,
  loss,
  random,
  repeats = REPEATS,
  confidence = CONFIDENCE,
}: ImportanceInput): readonly FeatureImportance[] => {
  if (rows.length < 2 || repeats < 2) throw new RangeError(`importance needs two rows and repeats, not ${rows.length} and ${repeats}`);
  const wrong = rows.find((row) => row.length !== names.length);
  if (wrong !== undefined) throw new RangeError(`a row has ${wrong.length} values for ${names.length} features`);
  const whole = loss(rows);
  const factor = studentTQuantile((1 + confidence) / 2, repeats - 1) / Math.sqrt(repeats);
  return names
    .map((name, column): FeatureImportance => {
      const growths = Array.from({ length: repeats }, () => loss(shuffleColumn(rows, column, random)) - whole);
      const importance = mean(growths);
      const deviation = sampleDeviation(growths);
      return { name, importance, deviation, low: importance - factor * deviation, high: importance + factor * deviation };
    })
    .sort((left, right) => right.importance - left.importance);
};
