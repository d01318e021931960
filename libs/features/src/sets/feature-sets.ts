import { failed, type Result, succeeded } from '@tradewind/vocabulary';

import { defineFeature } from '../catalogue/parameters.js';
import type { CatalogueEntry } from '../catalogue/entry.js';
import type { FeatureDefinition } from '../definitions/definition.js';
import { createFeatureSet, type FeatureSet, satisfiesSet } from '../feature-set.js';
import { FeatureSetError, type FeatureSetFault, type FeatureSetFaultCode } from './fault.js';
import { readSetFile, type SetFile } from './set-file.js';

export interface FeatureSetText {
  /** Name of the file alone: `<name>@<version>.json`. */
  readonly file: string;
  readonly text: string;
}

const referenceOf = ({ name, version }: { readonly name: string; readonly version: number }): string => `${name}@${version}`;

/** The feature sets that a process knows. */
export class FeatureSets {
  readonly #byReference: ReadonlyMap<string, FeatureSet>;
  readonly #byHash: ReadonlyMap<string, FeatureSet>;

  constructor(readonly all: readonly FeatureSet[]) {
    this.#byReference = new Map(all.map((set) => [referenceOf(set), set]));
    this.#byHash = new Map(all.map((set) => [set.hash, set]));
  }

  /** By `<name>@<version>`. Throws FeatureSetError when there is none. */
  named(reference: string): FeatureSet {
    const set = this.#byReference.get(reference);
    if (set === undefined)
      throw new FeatureSetError([
        { file: reference, code: 'SET_UNKNOWN', detail: `there are only ${[...this.#byReference.keys()].join(', ')}` },
      ]);
    return set;
  }

  withHash(hash: string): FeatureSet | undefined {
    return this.#byHash.get(hash);
  }

  /** True when a model made for the set `required` may read vectors of the set `offered`, both by hash. */
  satisfies(offered: string, required: string): boolean {
    if (offered === required) return true;
    const set = this.#byHash.get(offered);
    return set !== undefined && satisfiesSet(set, required);
  }
}

/** Works out the sets of some files, parents before children, and collects what is wrong with them. */
class SetBuilder {
  readonly faults: FeatureSetFault[] = [];
  readonly built = new Map<string, FeatureSet | undefined>();
  readonly #underWay: string[] = [];
  readonly #entries: ReadonlyMap<string, CatalogueEntry>;

  constructor(
    readonly files: ReadonlyMap<string, SetFile>,
    catalogue: readonly CatalogueEntry[],
  ) {
    this.#entries = new Map(catalogue.map((entry) => [entry.name, entry]));
  }

  /** Undefined when the set has a fault, which is among the faults then. */
  build(reference: string): FeatureSet | undefined {
    if (this.built.has(reference)) return this.built.get(reference);
    const file = this.files.get(reference)!;
    this.#underWay.push(reference);
    const set = this.#assemble(file);
    this.#underWay.pop();
    this.built.set(reference, set);
    return set;
  }

  #fault({ file }: SetFile, code: FeatureSetFaultCode, detail: string): void {
    this.faults.push({ file, code, detail });
  }

  #assemble(file: SetFile): FeatureSet | undefined {
    const before = this.faults.length;
    const parent = file.extends === undefined ? undefined : this.#parentOf(file, file.extends);
    const own = file.features.flatMap((feature, index) => this.#definition(file, feature, index));
    if (this.faults.length > before) return undefined;
    this.#checkNames(file, parent, own);
    if (this.faults.length > before) return undefined;
    const { name, version, modelInputs } = file;
    const set = createFeatureSet({ name, version, ...(parent && { parent }), definitions: own, modelInputs });
    if (set.hash === file.hash) return set;
    this.#fault(file, 'HASH_CHANGED', `says ${file.hash || 'nothing'}, but its features have the hash ${set.hash}`);
    return undefined;
  }

  #parentOf(file: SetFile, reference: string): FeatureSet | undefined {
    const start = this.#underWay.indexOf(reference);
    if (start >= 0) {
      this.#fault(file, 'EXTENDS_CYCLE', [...this.#underWay.slice(start), reference].join(' extends '));
      return undefined;
    }
    if (!this.files.has(reference)) {
      this.#fault(file, 'PARENT_UNKNOWN', `extends '${reference}', which is not there`);
      return undefined;
    }
    const parent = this.build(reference);
    if (parent === undefined) this.#fault(file, 'PARENT_FAULTY', `extends '${reference}', which has faults`);
    return parent;
  }

  #definition(file: SetFile, { feature, parameters }: SetFile['features'][number], index: number): readonly FeatureDefinition[] {
    const entry = this.#entries.get(feature);
    if (entry === undefined) {
      this.#fault(file, 'FEATURE_UNKNOWN', `features[${index}]: the catalogue has no feature '${feature}'`);
      return [];
    }
    const defined = defineFeature(entry, parameters);
    if (defined.ok) return [defined.value];
    for (const fault of defined.error) this.#fault(file, 'PARAMETER_INVALID', `features[${index}]: '${feature}' ${fault}`);
    return [];
  }

  #checkNames(file: SetFile, parent: FeatureSet | undefined, own: readonly FeatureDefinition[]): void {
    const names = new Set(parent?.names);
    for (const { name } of own) {
      if (names.has(name)) this.#fault(file, 'FEATURE_DUPLICATE', `feature '${name}' occurs twice`);
      names.add(name);
    }
    const inputs = new Set<string>();
    for (const input of file.modelInputs) {
      if (!names.has(input)) this.#fault(file, 'MODEL_INPUT_UNKNOWN', `model input '${input}' is not a feature of the set`);
      if (inputs.has(input)) this.#fault(file, 'FEATURE_DUPLICATE', `model input '${input}' occurs twice`);
      inputs.add(input);
    }
  }
}

/** The sets of some files that name features of a catalogue, or every fault of every file. */
export const parseFeatureSets = (
  texts: readonly FeatureSetText[],
  catalogue: readonly CatalogueEntry[],
): Result<FeatureSets, readonly FeatureSetFault[]> => {
  const files = new Map<string, SetFile>();
  const faults: FeatureSetFault[] = [];
  for (const { file, text } of texts) {
    const read = readSetFile(file, text);
    if (!read.ok) faults.push(...read.error);
    else if (files.has(referenceOf(read.value)))
      faults.push({ file, code: 'SET_DUPLICATE', detail: `${referenceOf(read.value)} is there twice` });
    else files.set(referenceOf(read.value), read.value);
  }
  const builder = new SetBuilder(files, catalogue);
  const sets = [...files.keys()].map((reference) => builder.build(reference));
  faults.push(...builder.faults);
  return faults.length > 0 ? failed(faults) : succeeded(new FeatureSets(sets.filter((set) => set !== undefined)));
};
