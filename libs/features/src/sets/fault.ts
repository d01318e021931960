export type FeatureSetFaultCode =
  /** Asked for by name. */
  | 'SET_UNKNOWN'
  | 'NOT_JSON'
  | 'SHAPE_INVALID'
  | 'FILE_NAME_WRONG'
  | 'SET_DUPLICATE'
  | 'PARENT_UNKNOWN'
  | 'EXTENDS_CYCLE'
  | 'FEATURE_UNKNOWN'
  | 'PARAMETER_INVALID'
  | 'FEATURE_DUPLICATE'
  | 'MODEL_INPUT_UNKNOWN'
  | 'HASH_CHANGED'
  /** A set that it extends has a fault. */
  | 'PARENT_FAULTY';

/** Why a feature set file can't be used. */
export interface FeatureSetFault {
  readonly file: string;
  readonly code: FeatureSetFaultCode;
  readonly detail: string;
}

/** Feature set files with faults, all of them. */
export class FeatureSetError extends Error {
  override readonly name = 'FeatureSetError';
  readonly code = 'FEATURE_SET_INVALID';
  /** A service ends with the exit code of wrong settings. */
  readonly onlyConfigurationHelps = true;

  constructor(readonly faults: readonly FeatureSetFault[]) {
    super(faults.map(({ file, code, detail }) => `${file}: ${code}: ${detail}`).join('\n'));
  }
}
