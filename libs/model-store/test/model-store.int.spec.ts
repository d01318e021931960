import { createHash } from 'node:crypto';

import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { startTestNats, type TestNats } from '@tradewind/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type ModelStore, openModelStore } from '../src/index.js';

let nats: TestNats;
let connection: NatsConnection;
let store: ModelStore;

beforeAll(async () => {
  nats = await startTestNats();
  connection = await connect({ servers: nats.url });
  store = await openModelStore(connection);
});

afterAll(async () => {
  await connection.close();
  await nats.dispose();
});

describe('model store', () => {
  const file = Uint8Array.from({ length: 400_000 }, (_, index) => (index * 31) % 251);
  const digest = createHash('sha256').update(file).digest('hex');

  it('gives a file of several chunks back under its digest', async () => {
    expect(await store.put(file)).toBe(digest);
    expect(await store.sizeOf(digest)).toBe(file.length);
    expect(await store.get(digest)).toEqual(file);
  });

  it('stores the same file once', async () => {
    const manager = await jetstreamManager(connection);
    const before = (await manager.streams.info('OBJ_models')).state.messages;
    await store.put(file);
    expect((await manager.streams.info('OBJ_models')).state.messages).toBe(before);
  });

  it('says that a file is not there', async () => {
    expect(await store.sizeOf('0'.repeat(64))).toBeUndefined();
    expect(await store.get('0'.repeat(64))).toBeUndefined();
  });

  it('refuses a stored file whose bytes are not those of its name', async () => {
    const { Objm } = await import('@nats-io/obj');
    const objects = await new Objm(connection).open('models');
    await objects.putBlob({ name: 'f'.repeat(64) }, Uint8Array.of(1, 2, 3));
    await expect(store.get('f'.repeat(64))).rejects.toMatchObject({ code: 'BLOB_CORRUPT' });
  });

  it('opens the bucket that is there', async () => {
    expect(await (await openModelStore(connection)).sizeOf(digest)).toBe(file.length);
  });
});
