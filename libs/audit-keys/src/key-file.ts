import { createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { type Signer, signerOf } from './signer.js';

/**
 * `UNREADABLE`: not there, or not to be read. `TOO_OPEN`: others may read it. `NOT_ED25519`: what it holds is no Ed25519 key in PEM (PKCS #8).
 */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
  /** Starting again unchanged won't help. */
  readonly onlyConfigurationHelps = true;
  constructor(
    readonly code: 'UNREADABLE' | 'TOO_OPEN' | 'NOT_ED25519',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;
const PEM_BLOCK = /-{5}BEGIN PRIVATE KEY-{5}[\s\S]+?-{5}END PRIVATE KEY-{5}\n?/g;

const freshPem = (): string => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** Written whole and synced under another name first: nobody ever sees half a key. */
const written = async (path: string, text: string, place: (temporary: string) => Promise<void>): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}`;
  const file = await open(temporary, 'wx', OWNER_ONLY);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await place(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
};

/** Makes the file with a fresh key unless it is there. When two do so at once, one key stands. */
const createOnce = (path: string): Promise<void> =>
  written(path, freshPem(), async (temporary) => {
    await link(temporary, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  });

const readPem = async (path: string): Promise<string> => {
  try {
    const [text, { mode }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    if ((mode & OTHERS) !== 0)
      throw new KeyFileError('TOO_OPEN', `${path} may be read by others: chmod 600 it, and rotate the key if it was so for long`);
    return text;
  } catch (cause) {
    if (cause instanceof KeyFileError) throw cause;
    throw new KeyFileError('UNREADABLE', `the signing key ${path} can't be read: ${(cause as Error).message}`, { cause });
  }
};

const keysIn = (path: string, text: string): KeyObject[] => {
  const blocks = text.match(PEM_BLOCK) ?? [];
  if (blocks.length === 0) throw new KeyFileError('NOT_ED25519', `${path} holds no private key in PEM`);
  return blocks.map((block) => {
    try {
      const key = createPrivateKey(block);
      if (key.asymmetricKeyType === 'ed25519') return key;
    } catch (cause) {
      throw new KeyFileError('NOT_ED25519', `${path} holds what is no private key`, { cause });
    }
    throw new KeyFileError('NOT_ED25519', `${path} holds a key that is not Ed25519`);
  });
};

/**
 * The signers of a key file, the present one first, then those before it. A file that is not there is made, mode 0600, unless `create` is
 * false. Throws KeyFileError.
 */
export const openKeyFile = async (path: string, create = true): Promise<readonly [Signer, ...Signer[]]> => {
  if (create && (await stat(path).catch(() => undefined)) === undefined) await createOnce(path);
  const [present, ...earlier] = keysIn(path, await readPem(path)).map(signerOf);
  return [present!, ...earlier];
};

/** Puts a fresh key before those of the file; the old one stays, so that it can vouch for the new. Throws KeyFileError. */
export const rotateKeyFile = async (path: string): Promise<Signer> => {
  const text = await readPem(path);
  keysIn(path, text);
  await written(path, freshPem() + text, (temporary) => rename(temporary, path));
  return (await openKeyFile(path, false))[0];
};
