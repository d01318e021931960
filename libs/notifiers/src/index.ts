export { NotifierError } from './notifier.js';
export type { Notifier, NotifierErrorCode } from './notifier.js';
export { openNotifiers } from './settings.js';
export type { NotifierFault } from './settings.js';
