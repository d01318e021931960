export { CHECKPOINT_FORMAT, checkpointHashOf, checkpointLine, checkpointText, nextCheckpoint, readCheckpoint } from './checkpoint.js';
export type { Checkpoint, SignedCheckpoint, TreeHead } from './checkpoint.js';
export type { AuditCommand } from './commands.js';
export { describeRecord, recordedFact } from './description.js';
export type { Description, FeatureNames } from './description.js';
export { auditedEvents, auditEntries, isAudited, ticksDigest } from './entries.js';
export type { AuditedEvent, AuditedFacts } from './entries.js';
export { LINEAGE_RECORDS_MAX, LineageError, lineageOf, ordersOf, unresolvedCauses } from './lineage.js';
export type { LineageKind, LineageNode } from './lineage.js';
export { lineageGaps } from './lineage-gaps.js';
export { renderLineagePage } from './lineage-page.js';
export { lineageJson, renderLineage } from './lineage-rendering.js';
export type { LineageJson } from './lineage-rendering.js';
export {
  consistencyProof,
  EMPTY_ROOT,
  inclusionProof,
  leafHashOf,
  provesConsistency,
  provesInclusion,
  rootOf,
  treeRootOf,
  withLeaf,
} from './merkle.js';
export {
  chainClosedEntry,
  endorsementText,
  keyIdOf,
  redactionEntry,
  redactionOf,
  redactionText,
  signingKeyEntry,
  signingKeyOf,
} from './own-facts.js';
export type { Redaction, SignedRedaction, SigningKey } from './own-facts.js';
export {
  appendEntries,
  AUDIT_CHAIN,
  CHAINS,
  emptyChain,
  genesisOf,
  LEGACY_CHAIN,
  linkHashOf,
  linkTextOf,
  payloadDigestOf,
} from './record.js';
export type { AuditEntry, AuditRecord, ChainFormat, ChainHead, ChainState, FactKind } from './record.js';
export { AUDIT_COLUMNS, auditRecordOf } from './row.js';
export type { AuditRow } from './row.js';
export { TrailVerifier } from './trail-verification.js';
export type { SignatureCheck, TrailVerification, TrailVerifierOptions } from './trail-verification.js';
export { undecodableEntry, unsoundField } from './undecodable.js';
export type { MessagePlace } from './undecodable.js';
export { ChainVerifier, linkRowOf } from './verification.js';
export type { AuditFault, AuditFaultCode, CheckpointMark, LinkRow } from './verification.js';
