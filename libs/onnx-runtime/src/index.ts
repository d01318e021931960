export { loadSession } from './session.js';
export type { OnnxSession, SessionOutputs } from './session.js';
export { SessionError } from './session-error.js';
export type { SessionFault } from './session-error.js';
