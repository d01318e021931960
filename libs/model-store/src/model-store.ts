import { createHash } from 'node:crypto';

import { jetstream, StorageType } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { Objm, type ObjectStore } from '@nats-io/obj';

/** The stored bytes are not those that the name promises. */
export class BlobCorruptError extends Error {
  override readonly name = 'BlobCorruptError';
  readonly code = 'BLOB_CORRUPT';
}

/** Model files by the SHA-256 (hex) of their bytes: what was put can't change, and putting it twice is putting it once. */
export interface ModelStore {
  /** Stores the file and returns its digest. */
  put(onnx: Uint8Array): Promise<string>;
  /** Bytes of a stored file; undefined when there is none. */
  sizeOf(digest: string): Promise<number | undefined>;
  /** The file, its digest verified by us; undefined when there is none. Throws BlobCorruptError. */
  get(digest: string): Promise<Uint8Array | undefined>;
}

const BUCKET = 'models';
const BUCKET_BYTES_MAX = 1024 ** 3;
const CHUNK_BYTES = 128 * 1024;
const TIMEOUT_MS = 5_000;

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

class ObjectModelStore implements ModelStore {
  constructor(private readonly objects: ObjectStore) {}

  async put(onnx: Uint8Array): Promise<string> {
    const digest = digestOf(onnx);
    if ((await this.sizeOf(digest)) !== onnx.length) {
      await this.objects.putBlob({ name: digest, options: { max_chunk_size: CHUNK_BYTES } }, onnx, { timeout: TIMEOUT_MS });
    }
    return digest;
  }

  async sizeOf(digest: string): Promise<number | undefined> {
    const info = await this.objects.info(digest);
    return info === null || info.deleted ? undefined : info.size;
  }

  async get(digest: string): Promise<Uint8Array | undefined> {
    if ((await this.sizeOf(digest)) === undefined) return undefined;
    const bytes = await this.objects.getBlob(digest);
    if (bytes === null) return undefined;
    const found = digestOf(bytes);
    if (found !== digest) throw new BlobCorruptError(`the stored model ${digest} has the digest ${found}`);
    return bytes;
  }
}

/** Opens the bucket, making it when it is not there. Rejects with what the server says. */
export const openModelStore = async (connection: NatsConnection): Promise<ModelStore> => {
  const objects = await new Objm(jetstream(connection, { timeout: TIMEOUT_MS })).create(BUCKET, {
    description: 'ONNX files by SHA-256',
    storage: StorageType.File,
    replicas: 1,
    max_bytes: BUCKET_BYTES_MAX,
    ttl: 0,
    compression: false,
  });
  return new ObjectModelStore(objects);
};
