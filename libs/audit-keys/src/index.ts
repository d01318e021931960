export { KeyFileError, openKeyFile, rotateKeyFile } from './key-file.js';
export { isSigned, signerOf } from './signer.js';
export type { Signer } from './signer.js';
