export { BlobCorruptError, openModelStore } from './model-store.js';
export type { ModelStore } from './model-store.js';
