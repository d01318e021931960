export { openCatalogue } from './catalogue.js';
export type { Catalogue, CatalogueEntry, CatalogueOptions, CoverageSelection, Damage } from './catalogue.js';
export { CatalogueError } from './catalogue-error.js';
export type { CatalogueErrorCode } from './catalogue-error.js';
export type { Batches, CatalogueWriter, TickWriteOptions, WriteSummary } from './catalogue-writer.js';
export { backfillChunks, isFinal, planBackfill } from './backfill-plan.js';
export type { BackfillChunk, BackfillKind, BackfillPlan, BackfillRequest, BackfillState } from './backfill-plan.js';
export type { Coverage } from './coverage.js';
export type { QueryResult } from './people-query.js';
export type { InformedBar } from './record-reader.js';
export type {
  BarColumns,
  BarSelection,
  KnownRecords,
  RecordSelection,
  TickBatch,
  TickCursor,
  TickKind,
  TickSelection,
} from './selection.js';
