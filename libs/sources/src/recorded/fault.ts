/** A row, or a whole file, that is left out. The good rows go on. */
export interface RecordedFault {
  /** Path of the file. */
  readonly file: string;
  /** First line is 1; 0 when it is the file as a whole. */
  readonly line: number;
  /** Stable, e.g. `ROW_OUT_OF_RANGE`, `FILE_TRUNCATED`. */
  readonly code: string;
  readonly field: string;
  readonly rule: string;
}

export type FileFaultCode = 'FILE_TRUNCATED' | 'FILE_UNREADABLE' | 'FILE_EMPTY' | 'FILE_HEADER_UNKNOWN' | 'FILE_TOO_LARGE';

/** The file as a whole can't be read. */
export class RecordedFileError extends Error {
  override readonly name = 'RecordedFileError';
  constructor(
    readonly code: FileFaultCode,
    readonly rule: string,
    cause?: unknown,
  ) {
    super(rule, cause === undefined ? undefined : { cause });
  }
}

/** Decoders of the market library have file errors of their own; all become one. */
export const fileFault = (file: string, error: unknown): RecordedFault => {
  if (error instanceof RecordedFileError) return { file, line: 0, code: error.code, field: '', rule: error.rule };
  const { name, code } = error as { readonly name?: string; readonly code?: string };
  if (name === 'DbnError')
    return {
      file,
      line: 0,
      code: code === 'DBN_TRUNCATED' ? 'FILE_TRUNCATED' : 'FILE_UNREADABLE',
      field: '',
      rule: (error as Error).message,
    };
  if (code === 'FILE_HEADER_UNKNOWN' || code === 'FILE_EMPTY') return { file, line: 1, code, field: '', rule: (error as Error).message };
  throw error;
};
