import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

import { keyIdOf } from '@tradewind/audit';

/** Signs texts with one Ed25519 key (RFC 8032). */
export interface Signer {
  /** Id of the key. */
  readonly key: string;
  /** Its 32 bytes, hex. */
  readonly publicKey: string;
  /** Signature of the text in UTF-8, hex. */
  sign(text: string): string;
}

/** A public key as OpenSSL writes it (RFC 8410, 4) is these bytes and the 32 of the key. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

export const signerOf = (privateKey: KeyObject): Signer => {
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).subarray(SPKI_PREFIX.length).toString('hex');
  return { key: keyIdOf(publicKey), publicKey, sign: (text) => sign(null, Buffer.from(text), privateKey).toString('hex') };
};

/** Whether the signature (hex) is that of the text under the public key (32 bytes, hex). False for anything malformed. */
export const isSigned = (text: string, signature: string, publicKey: string): boolean => {
  if (!/^[0-9a-f]{128}$/.test(signature) || !/^[0-9a-f]{64}$/.test(publicKey)) return false;
  const der = Buffer.concat([SPKI_PREFIX, Buffer.from(publicKey, 'hex')]);
  try {
    return verify(null, Buffer.from(text), { key: der, format: 'der', type: 'spki' }, Buffer.from(signature, 'hex'));
  } catch {
    return false;
  }
};
