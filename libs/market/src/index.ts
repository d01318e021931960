export type { Bar, BarsClosed } from './bar.js';
export { barInterval, intervalOfBar, isBarOf, parseBarInterval } from './bar-interval.js';
export type { BarInterval, BarIntervalFault, BarRule } from './bar-interval.js';
export type { Aggressor, BookChange, BookDelta, BookLevel, BookSide, BookSnapshot, Quote, Tick, TicksArrived, Trade } from './tick.js';
export { CHUNK_PRICES_MAX, chunkId, chunkOf, cutTicks, pricesOf, ticksOfPartition } from './tick-chunks.js';
export type { ChunkPlace } from './tick-chunks.js';
export type { PointInTimeRecord, RecordsKnown } from './point-in-time-record.js';
export type { QualityFault, QualityFaultsFound, SymbolQuality } from './fault.js';
export { findInstrument, instrumentOf, INSTRUMENTS } from './instrument-table.js';
export { boardLotAt, tickSizeAt } from './universe/trading-units.js';
export { contractFieldsOf } from './contract-fields.js';
export type { ContractFields } from './contract-fields.js';
export { civilDate, parseCivilDate } from './calendar/civil-date.js';
export type { CivilDate } from './calendar/civil-date.js';
export { alwaysOpenCalendar } from './calendar/always-open.js';
export { calendarOf, nasdaqCalendar, nyseCalendar, tsxCalendar } from './calendar/exchange-calendars.js';
export { tradingHours } from './calendar/trading-hours.js';
export type { TradingHours, TradingHoursKind } from './calendar/trading-hours.js';
export type { Session, TradingCalendar } from './calendar/trading-calendar.js';
export { DailyFileError, parseDailyCsv } from './daily-csv.js';
export type { DailyRow, ParsedRows, RowFault } from './daily-row.js';
export { checkRow, DAILY_POLICIES, NOTHING_SEEN, QUALITY_SCORE_MIN, qualityScore, rememberLostRow, rememberRow } from './quality/check.js';
export type { Finding, QualityPolicy, SeenRows } from './quality/policy.js';
export { readDailySeries } from './daily-series.js';
export type { DailySeries, DailySource, ScoreChange } from './daily-series.js';
export { barsClosedOf, sequenceSteps } from './step-sequence.js';
export type { MarketStep } from './step-sequence.js';
export { barsReplayDataset, DEMO_FILES, DEMO_PLAN, faultsFoundAt, replayDataset, stepsDataset } from './replay-dataset.js';
export type { BarsReplay, ReplayDataset, ReplayPlan, StepFaults, StepsReplay } from './replay-dataset.js';
export { BookSampler } from './book/book-sampler.js';
export type { SamplerSettings } from './book/book-sampler.js';
export { ConsolidatedBook } from './book/consolidated-book.js';
export { DeltaPublisher } from './book/delta-publisher.js';
export { DepthBook } from './book/depth-book.js';
export type { DepthBookStatus } from './book/depth-book.js';
export { OrderBook } from './book/order-book.js';
export type { LevelObserver } from './book/order-book.js';
export type { OrderEvent } from './book/order-event.js';
export { BookStateError } from './book/refusal.js';
export type { BookRefusal } from './book/refusal.js';
export type { BookCondition, BookScale, TradeCost } from './book/two-sided-book.js';
export { barBuilder } from './bars/bar-builder.js';
export type { BarBuilder, BarBuilderState } from './bars/bar-builder.js';
export type { BarOutcome, BarPlan } from './bars/bar-plan.js';
export { ALGOSEEK_SALES, CTA_SALES, EVERY_SALE, SALE_USE, saleRulesOf, UTP_SALES } from './bars/sale-conditions.js';
export type { SaleRules, SaleUse } from './bars/sale-conditions.js';
export { stepAssembler } from './steps/step-assembler.js';
export type { StepAssembler, StepAssemblerState } from './steps/step-assembler.js';
export type { AssembledPart, AssembledStep, AssembledSymbol, StepAssemblyPlan, TickChunk } from './steps/assembly-plan.js';
export { BITSTAMP_SCALE, bitstampEvent, BitstampFileError, parseBitstampOrders } from './formats/bitstamp.js';
export type { BitstampOrder } from './formats/bitstamp.js';
export { parseBybitBook } from './formats/bybit.js';
export { DATABENTO_SCALE, DatabentoFileError, MBO_LAST, MBO_SNAPSHOT, mboEvent, parseDatabentoMbo } from './formats/databento.js';
export type { MboAction, MboRecord } from './formats/databento.js';
export { DbnError, decodeDbnMbo } from './formats/dbn.js';
export { leanBar, parseLeanQuoteBars, parseLeanTradeBars } from './formats/lean-bars.js';
export type { LeanQuoteBar, LeanResolution, LeanTradeBar } from './formats/lean-bars.js';
export { LeanQuotes, leanTrade, parseLeanQuoteTicks, parseLeanTradeTicks } from './formats/lean-ticks.js';
export type { LeanQuoteTick, LeanTradeTick } from './formats/lean-ticks.js';
export { LOBSTER_SCALE, LobsterBook, lobsterEvent, lobsterTrade, parseLobsterBooks, parseLobsterMessages } from './formats/lobster.js';
export type { LobsterBookRow, LobsterKind, LobsterMessage } from './formats/lobster.js';
export type { ParsedText, TextOptions } from './formats/text-rows.js';
export { decideFailover, evolveFailover, initialFailover, wantedSources } from './failover/failover.js';
export type {
  FailoverEvent,
  FailoverPolicy,
  FailoverReason,
  FailoverState,
  Observation,
  SourceHealth,
  SourceState,
  SwitchReason,
} from './failover/failover.js';
export { fillBars, heldBars, initialBarLine, missingBefore, offerBar, openBarGap, releaseHeld } from './failover/bar-line.js';
export type { BarLine, BarLineOutcome } from './failover/bar-line.js';
export { fillTicks, heldTicks, initialTickLine, missingTicks, offerTick, openTickGap } from './failover/tick-line.js';
export type { LineTick, TickLine, TickLineOutcome } from './failover/tick-line.js';
export { AAPL_FLOW } from './simulation/aapl-flow.js';
export { calibrateFlow } from './simulation/calibration.js';
export type { FlowParameters } from './simulation/flow-parameters.js';
export type { SimulatedInstrument } from './simulation/order-flow.js';
export { SimulatedVenue } from './simulation/simulated-venue.js';
export type { SimulatedVenueSettings } from './simulation/simulated-venue.js';
export { adjustmentFactors, factorsAt } from './actions/adjustment-factors.js';
export type { AdjustmentFactors, DatedClose } from './actions/adjustment-factors.js';
export { adjustRows, unadjustRows } from './actions/adjusted-rows.js';
export type { Adjustment } from './actions/adjusted-rows.js';
export type { CorporateAction, Dividend, Split } from './actions/corporate-action.js';
export { parseLeanFactors, parseLeanMap, tickerAt } from './actions/lean-action-files.js';
export type { TickerSpan } from './actions/lean-action-files.js';
export { REPAIR_KINDS } from './quality/repair/repair-proposal.js';
export type { RepairField, RepairKind, RepairProposal, VendorRow } from './quality/repair/repair-proposal.js';
export { applyProposals, proposeRepairs } from './quality/repair/repairs.js';
