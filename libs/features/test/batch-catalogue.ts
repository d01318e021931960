import { averages } from './batch/averages.js';
import { directional } from './batch/directional.js';
import { dispersion } from './batch/dispersion.js';
import { moneyFlow } from './batch/money-flow.js';
import { oscillators } from './batch/oscillators.js';
import { regression } from './batch/regression.js';
import type { Series } from './batch-reference.js';
import { type Column, readColumns } from './batch/columns.js';

/**
 * The catalogue once more, over whole arrays and the plain way: every value from its definition, nothing carried along but what the formula
 * itself carries. Columns of the features with their default parameters, by catalogue name.
 */
export const batchCatalogue = (series: Series): Readonly<Record<string, Column>> => {
  const columns = readColumns(series);
  return {
    ...averages(columns),
    ...directional(columns),
    ...oscillators(columns),
    ...dispersion(columns),
    ...regression(columns),
    ...moneyFlow(columns),
  };
};
