import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { keyIdOf } from '@tradewind/audit';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { isSigned, KeyFileError, openKeyFile, rotateKeyFile, signerOf } from '../src/index.js';

describe('a key file', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tradewind-key-'));
    path = join(folder, 'new', 'key.pem');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is made once, for its owner alone, however many open it', async () => {
    const opened = await Promise.all([openKeyFile(path), openKeyFile(path), openKeyFile(path)]);
    expect(new Set(opened.map(([signer]) => signer.key)).size).toBe(1);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const [signer] = await openKeyFile(path, false);
    expect(signer.key).toBe(keyIdOf(signer.publicKey));
    expect(isSigned('text', signer.sign('text'), signer.publicKey)).toBe(true);
  });

  it('keeps the old key behind the fresh one, so that it can vouch for it', async () => {
    const [before] = await openKeyFile(path);
    const fresh = await rotateKeyFile(path);
    expect((await openKeyFile(path)).map(({ key }) => key)).toEqual([fresh.key, before.key]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['others may read', async (file: string) => chmod(file, 0o644), 'TOO_OPEN'],
    ['holds no key', async (file: string) => writeFile(file, 'nothing'), 'NOT_ED25519'],
    ['holds half a key', async (file: string) => writeFile(file, (await readFile(file, 'utf8')).replace('MC4', 'XX')), 'NOT_ED25519'],
    [
      'holds a key of another kind',
      async (file: string) => writeFile(file, generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' })),
      'NOT_ED25519',
    ],
    ['is gone', async (file: string) => rm(file), 'UNREADABLE'],
  ])('that %s is refused', async (_what, spoil, code) => {
    await openKeyFile(path);
    await spoil(path);
    await expect(openKeyFile(path, false)).rejects.toThrow(expect.objectContaining({ name: 'KeyFileError', code }) as KeyFileError);
  });
});

describe('a signature', () => {
  /** RFC 8032, 7.1, test 2. */
  it.each([
    [
      '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
  ])('is the one that RFC 8032 publishes', (secret, publicKey, message, published) => {
    const der = Buffer.from(`302e020100300506032b657004220420${secret}`, 'hex');
    const signer = signerOf(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
    const text = Buffer.from(message, 'hex').toString('utf8');
    expect([signer.publicKey, signer.sign(text)]).toEqual([publicKey, published]);
    expect(isSigned(text, published, publicKey)).toBe(true);
    expect(isSigned(`${text}x`, published, publicKey)).toBe(false);
  });

  it('that is malformed is none', () => {
    expect(isSigned('text', '', 'ab'.repeat(32))).toBe(false);
    expect(isSigned('text', 'zz'.repeat(64), 'ab'.repeat(32))).toBe(false);
    expect(isSigned('text', '00'.repeat(64), 'short')).toBe(false);
  });
});
