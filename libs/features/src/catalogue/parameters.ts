import { failed, type Result, succeeded } from '@tradewind/vocabulary';

import type { FeatureDefinition, FeatureParameter } from '../definitions/definition.js';
import type { CatalogueEntry, ParameterRule, ParameterSpec } from './entry.js';

const TEXT = /^[A-Za-z0-9][A-Za-z0-9_./-]{0,63}$/;

const isAccepted = (rule: ParameterRule, value: FeatureParameter): boolean => {
  if (rule.kind === 'choice') return typeof value === 'string' && rule.choices.includes(value);
  if (rule.kind === 'text') return typeof value === 'string' && TEXT.test(value);
  if (typeof value !== 'number' || value < rule.min || value > rule.max) return false;
  return rule.kind === 'number' ? Number.isFinite(value) : Number.isInteger(value);
};

/** The rule in words, for faults and for the reference. */
export const ruleText = (rule: ParameterRule): string => {
  if (rule.kind === 'choice') return rule.choices.join(', ');
  if (rule.kind === 'text') return 'text';
  return `${rule.kind === 'integer' ? 'whole ' : ''}${rule.min} to ${rule.max}`;
};

const valueOf = ({ name, rule, otherwise }: ParameterSpec, given: FeatureParameter | undefined): Result<FeatureParameter, string> => {
  const value = given ?? otherwise;
  if (value === undefined) return failed(`${name} is missing`);
  return isAccepted(rule, value) ? succeeded(value) : failed(`${name} is ${value}, but must be ${ruleText(rule)}`);
};

const call = (entry: CatalogueEntry, values: readonly FeatureParameter[]): Result<FeatureDefinition, readonly string[]> => {
  try {
    // The rules have been checked, so the values are what the function of the entry takes.
    return succeeded((entry.define as (...values: readonly FeatureParameter[]) => FeatureDefinition)(...values));
  } catch (error) {
    if (error instanceof RangeError) return failed([error.message]);
    throw error;
  }
};

/** The definition behind an entry and parameters by name, or every fault of the parameters in words. */
export const defineFeature = (
  entry: CatalogueEntry,
  given: Readonly<Record<string, FeatureParameter>>,
): Result<FeatureDefinition, readonly string[]> => {
  const unknown = Object.keys(given)
    .filter((name) => entry.parameters.every((spec) => spec.name !== name))
    .map((name) => `has no parameter '${name}'`);
  const values = entry.parameters.map((spec) => valueOf(spec, given[spec.name]));
  const faults = [...unknown, ...values.flatMap((value) => (value.ok ? [] : [value.error]))];
  if (faults.length > 0) return failed(faults);
  return call(
    entry,
    values.flatMap((value) => (value.ok ? [value.value] : [])),
  );
};
