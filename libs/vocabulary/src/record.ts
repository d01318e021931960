/** From here on a copy is made as a hash table. */
const LARGE = 16;

/**
 * An empty object that the engine keeps as a hash table: deleting any property but the last added one makes it one, and it stays one. Filling an
 * ordinary object with hundreds of keys walks through a hidden class for each of them, and a spread of a large record costs a microsecond a key.
 */
const hashTable = <T>(): Record<string, T> => {
  const table: Record<string, unknown> = { first: undefined, second: undefined };
  delete table['first'];
  delete table['second'];
  return table as Record<string, T>;
};

/** A shallow copy that keeps the entries that `keep` accepts, in their order; many times faster than a spread of a record with hundreds of keys. */
export const copyRecord = <T>(record: Readonly<Record<string, T>>, keep?: (value: T) => boolean): Record<string, T> => {
  const keys = Object.keys(record);
  if (keys.length < LARGE && keep === undefined) return { ...record };
  const copy: Record<string, T> = keys.length < LARGE ? {} : hashTable<T>();
  for (const key of keys) {
    const value = record[key]!;
    if (keep === undefined || keep(value)) copy[key] = value;
  }
  return copy;
};
