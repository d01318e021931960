const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Partition of a key: FNV-1a over its UTF-16 code units, modulo the count (public-domain hash by Fowler, Noll and Vo).
 * Publishers compute it, so that order per symbol holds whatever the server version.
 */
export const partitionOf = (key: string, partitions: number): number => {
  let hash = FNV_OFFSET;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), FNV_PRIME);
  }
  return (hash >>> 0) % partitions;
};
