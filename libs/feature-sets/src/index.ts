export { readFeatureSets } from './set-folder.js';
