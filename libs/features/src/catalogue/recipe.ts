import type { FeatureDefinition, FeatureInput, FeatureParameter } from '../definitions/definition.js';
import type { PrimitivePool } from '../rolling/pool.js';
import type { CatalogueEntry, FeatureGroup, ParameterSpec } from './entry.js';

/** A formula with open parameters, from which the entry of the catalogue and every definition are made. */
export interface Recipe<V extends readonly FeatureParameter[]> {
  readonly name: string;
  /** 1 unless the formula's meaning changed. */
  readonly version?: number;
  readonly group: FeatureGroup;
  readonly summary: string;
  readonly convention?: string;
  readonly parameters: readonly ParameterSpec[];
  readonly inputs: readonly FeatureInput[];
  /** Bars until the value means something. */
  window(...values: V): number;
  /** What is wrong with parameters that are in range one by one. */
  contradiction?(...values: V): string | undefined;
  compose(pool: PrimitivePool, ...values: V): () => number;
}

export interface Catalogued<V extends readonly FeatureParameter[]> extends Omit<CatalogueEntry, 'define'> {
  define(...values: V): FeatureDefinition;
}

/** The definition is named by the formula and its parameters: `wma_10`. */
export const catalogued = <V extends readonly FeatureParameter[]>(recipe: Recipe<V>): Catalogued<V> => {
  const { name, version = 1, group, summary, convention = '', parameters, inputs } = recipe;
  return {
    name,
    group,
    summary,
    convention,
    parameters,
    define(...values) {
      const fault = recipe.contradiction?.(...values);
      if (fault !== undefined) throw new RangeError(fault);
      return {
        name: [name, ...values].join('_'),
        formula: `${name.replaceAll('_', '-')}@${version}`,
        parameters: values,
        inputs,
        window: recipe.window(...values),
        compose: (pool) => recipe.compose(pool, ...values),
      };
    },
  };
};

const PERIOD_MAX = 5_000;

/** A count of bars. */
export const period = (otherwise?: number, min = 2, name = 'period'): ParameterSpec => ({
  name,
  rule: { kind: 'integer', min, max: PERIOD_MAX },
  ...(otherwise === undefined ? {} : { otherwise }),
});
export const integer = (name: string, otherwise: number, min: number, max: number): ParameterSpec => ({
  name,
  rule: { kind: 'integer', min, max },
  otherwise,
});
export const factor = (name: string, otherwise: number, min: number, max: number): ParameterSpec => ({
  name,
  rule: { kind: 'number', min, max },
  otherwise,
});
export const choice = (name: string, otherwise: string, ...choices: readonly string[]): ParameterSpec => ({
  name,
  rule: { kind: 'choice', choices },
  otherwise,
});
