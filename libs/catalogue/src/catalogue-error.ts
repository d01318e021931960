export type CatalogueErrorCode =
  /** The folder holds something else, or a catalogue of a newer format. */
  | 'NOT_A_CATALOGUE'
  /** Another process, or this one, writes to the catalogue already. */
  | 'LOCKED'
  /** No room: nothing was changed. */
  | 'DISK_FULL'
  /** A file differs from its manifest, or cannot be read. */
  | 'DAMAGED'
  /** A value has no place in the catalogue, e.g. a price of ten billion. */
  | 'UNSTORABLE'
  /** The selection or the SQL asks for something that cannot be answered. */
  | 'INVALID_REQUEST'
  /** A question needs more memory than the catalogue may take. */
  | 'MEMORY_EXCEEDED'
  /** The file system or DuckDB failed otherwise. */
  | 'FAILED';

/** Why the catalogue can't do what it was asked. Whatever the code, the files are as they were before. */
export class CatalogueError extends Error {
  override readonly name = 'CatalogueError';
  constructor(
    readonly code: CatalogueErrorCode,
    message: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

const NO_ROOM = /No space left on device|Disk quota exceeded|File too large|ENOSPC|EDQUOT|EFBIG/i;
/** The file is gone, or what it holds is no Parquet of ours. */
const DAMAGED = /No files found that match|magic bytes|Parquet (?:file|magic|metadata)|decompress|TProtocolException|Referenced column/i;
const NO_MEMORY = /Out of Memory Error/i;

/** What DuckDB or the file system says, with a code. Errors of ours pass as they are. */
export const catalogueErrorOf = (error: unknown, what: string): CatalogueError => {
  if (error instanceof CatalogueError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (NO_ROOM.test(text)) return new CatalogueError('DISK_FULL', `${what}: there is no room on the disk`, error);
  if (NO_MEMORY.test(text)) return new CatalogueError('MEMORY_EXCEEDED', `${what}: more memory is needed than is allowed`, error);
  if (DAMAGED.test(text)) return new CatalogueError('DAMAGED', `${what}: ${text}`, error);
  return new CatalogueError('FAILED', `${what}: ${text}`, error);
};
