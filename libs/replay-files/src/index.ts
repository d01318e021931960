export { readDemoSources, readDirectorySources, ReplayFilesError } from './sources.js';
