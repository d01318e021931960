import { FEATURE_CATALOGUE, createFeatureSet, type FeatureDefinition, type FeatureParameter, SymbolFeatures } from '../../src/index.js';

export type Row = readonly [open: number, high: number, low: number, close: number, volume: number];

/** A catalogued feature by name, with its parameters in order, unchecked: vectors ask for periods that the catalogue finds too short. */
export const feature = (name: string, ...parameters: readonly FeatureParameter[]): FeatureDefinition => {
  const entry = FEATURE_CATALOGUE.find((candidate) => candidate.name === name);
  if (entry === undefined) throw new RangeError(`the catalogue has no '${name}'`);
  return (entry.define as (...values: readonly FeatureParameter[]) => FeatureDefinition)(...parameters);
};

/** The feature's value after each row. */
export const compute = (definition: FeatureDefinition, rows: readonly Row[]): readonly number[] => {
  const features = new SymbolFeatures(createFeatureSet({ name: 'one', version: 1, definitions: [definition], modelInputs: [] }));
  const values = new Float64Array(1);
  return rows.map((row) => {
    features.update(...row, values);
    return values[0]!;
  });
};

/** What a double adds to a short decimal: `210.72400000000002`. */
const DIGITS_MEANT_MAX = 8;

/** One unit of the last digit that a table prints: some of its authors rounded, some cut off. */
export const printedUnit = (text: string): number => {
  const decimals = text.split('.')[1] ?? '';
  if (decimals.length <= DIGITS_MEANT_MAX) return 10 ** -decimals.length;
  return printedUnit(String(Number(Number(text).toFixed(DIGITS_MEANT_MAX))));
};

/** `252-14`, `252-(15+1)`, `(-1.9738)-(-2.7071)` and plain numbers. */
export const numberOf = (text: string): number => {
  const sum = /^(\d+)-\((\d+)\+(\d+)\)$/.exec(text);
  if (sum !== null) return Number(sum[1]) - Number(sum[2]) - Number(sum[3]);
  const terms = /^\(([^)]+)\)-\(([^)]+)\)$/.exec(text) ?? /^(\d+)-(\d+)$/.exec(text);
  return terms === null ? Number(text) : Number(terms[1]) - Number(terms[2]);
};
