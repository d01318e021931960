export { acknowledge, ALERT_POLICY_DEFAULTS, emptyAlertBook, forgetOld, takeSignals } from './alert-book.js';
export type { AcknowledgementRefusal, Alert, AlertBook, AlertPolicy, AlertStatus } from './alert-book.js';
export { dueMessages } from './message.js';
export type { AlertMessage } from './message.js';
export { subjectOf, textOf } from './rendering.js';
export { ALERTING_KINDS, signalsOf } from './rules/sequence.js';
export { gravity, SEVERITIES } from './signal.js';
export type { AlertSignal, RecordedFact, Severity } from './signal.js';
