import type { FeatureVector } from '@tradewind/features';
import type { Bar, PointInTimeRecord } from '@tradewind/market';
import type { ModelStageChanged, Prediction } from '@tradewind/models';
import type { AccountReconciled, OrderAnomaly, OrderEvent, OrderIntent, OrdersCommand } from '@tradewind/orders';
import type { AccountEvent, AccountSnapshot } from '@tradewind/portfolio';
import type { BreakerAction, Verdict } from '@tradewind/risk';
import type { Analysis, SignalDecision } from '@tradewind/signals';
import type { VenueOrderChange } from '@tradewind/venue';
import { decodeState, formatDecimal, isoFromNanos } from '@tradewind/vocabulary';

import type { TicksDigest } from './entries.js';
import type { AuditRecord, FactKind } from './record.js';

/** Names of a feature set's values by its hash; undefined when this build does not know the set. */
export type FeatureNames = (setHash: string) => readonly string[] | undefined;

/** One headline and the lines that explain it. */
export interface Description {
  readonly headline: string;
  readonly lines: readonly string[];
}

const percent = (fraction: number): string => `${(fraction * 100).toFixed(1)}%`;
const figure = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(6))) : 'not warm');
const headline = (text: string, lines: readonly string[] = []): Description => ({ headline: text, lines });

const pricesText = ({ limitPrice, stopPrice, trail }: VenueOrderChange): readonly string[] => [
  limitPrice === undefined ? '' : `limit ${formatDecimal(limitPrice)}`,
  stopPrice === undefined ? '' : `stop ${formatDecimal(stopPrice)}`,
  trail === undefined ? '' : `trailing by ${formatDecimal(trail.value)}${trail.by === 'RATIO' ? ' of the price' : ''}`,
];
const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ');

const intentText = (intent: OrderIntent): string =>
  joined([
    `${intent.side} ${formatDecimal(intent.quantity)} ${intent.symbol} ${intent.type} ${intent.timeInForce}`,
    ...pricesText(intent),
    intent.protectiveStop === undefined ? '' : `protective stop ${formatDecimal(intent.protectiveStop)}`,
    intent.takeProfit === undefined ? '' : `profit target ${formatDecimal(intent.takeProfit)}`,
    `for ${intent.purpose}`,
  ]);

const termsText = (terms: VenueOrderChange): string =>
  joined([terms.quantity === undefined ? '' : `quantity ${formatDecimal(terms.quantity)}`, ...pricesText(terms)]);

const describeOrderEvent = (event: OrderEvent): Description => {
  switch (event.type) {
    case 'OrderInitialized':
      return headline(`initialized: ${intentText(event.intent)}`);
    case 'OrderFilled':
      return headline(
        `filled: ${event.side} ${formatDecimal(event.quantity)} ${event.symbol} at ${formatDecimal(event.price)}, ` +
          `commission ${formatDecimal(event.commission)}, slippage ${formatDecimal(event.slippage)}`,
      );
    case 'OrderDenied':
    case 'OrderRejected':
    case 'OrderCancelRejected':
    case 'OrderUpdateRejected':
      return headline(`${event.type.slice('Order'.length).toLowerCase()}: ${event.code}`);
    case 'OrderCancelRequested':
    case 'OrderCanceled':
      return headline(`${event.type.slice('Order'.length).toLowerCase()}: ${event.reason}`);
    case 'OrderReleased':
      return headline(`released at ${formatDecimal(event.price)}`);
    case 'OrderUpdateRequested':
      return headline(`update requested: ${termsText(event.change)}, ${event.reason}`);
    case 'OrderUpdated':
      return headline(`updated: ${termsText(event.terms)}`);
    case 'OrderAccepted':
      return headline(`accepted by the venue as ${event.venueOrderId}`);
    default:
      return headline(event.type.slice('Order'.length).toLowerCase());
  }
};

const describeDecision = (made: SignalDecision): Description =>
  headline(
    `${made.action} ${made.symbol}: ${made.status === 'VALIDATED' ? 'validated' : `rejected, ${made.rejectionCode}`} (${made.signalType}), ` +
      `confidence ${percent(made.confidence)}, rise within ${made.horizonBars} bars ${percent(made.probabilityUp)}, size x${made.sizeMultiplier}`,
    [
      ...made.votes.map(
        (vote) =>
          `vote   ${vote.voter.padEnd(24)} ${vote.stance.padEnd(5)} confidence ${percent(vote.confidence)}, weight ${figure(vote.weight)}`,
      ),
      ...made.layers.map(
        (layer) =>
          `layer  ${layer.layer.padEnd(24)} ${layer.passed ? 'pass ' : 'FAIL '} score ${figure(layer.score)}${layer.reasons.length > 0 ? `, ${layer.reasons.join(' ')}` : ''}`,
      ),
    ],
  );

const describeVector = (vector: FeatureVector, featureNames: FeatureNames): Description => {
  const names = featureNames(vector.setHash);
  const values = Array.from(vector.values, (value, index) => `${names?.[index] ?? `#${index}`} ${figure(value)}`);
  const lines: string[] = [];
  for (let index = 0; index < values.length; index += 4) lines.push(values.slice(index, index + 4).join(', '));
  return headline(`${values.length} features of set ${vector.setHash.slice(0, 12)}${vector.warm ? '' : ', still warming up'}`, lines);
};

const describeVerdict = (verdict: Verdict): Description =>
  verdict.status === 'APPROVED'
    ? headline(`approved: ${intentText(verdict.intent)}`)
    : headline(
        `denied: ${verdict.code}`,
        Object.entries(verdict.parameters).map(([name, value]) => `${name} ${value}`),
      );

const describeAnalysis = (made: Analysis): Description =>
  headline(
    `${made.analyst}${made.ruleBased ? ' (rules, no language model)' : ''}: ${made.stance}, ${made.signalType}, confidence ${percent(made.confidence)}, risk ${made.risk}`,
    [made.rationale, ...(made.promptHash === '' ? [] : [`prompt ${made.promptHash}`, `answer ${made.answerHash}`])],
  );

const describePrediction = (made: Prediction): Description =>
  headline(
    `${made.model}@${made.version}: rise within ${made.horizonBars} bars ${percent(made.probabilityUp)} (base rate ${percent(made.baseRateUp)})`,
    [`model file SHA-256 ${made.digest}`],
  );

const describeBar = (bar: Bar): Description =>
  headline(
    `${bar.symbol} ${bar.interval}: open ${formatDecimal(bar.open)}, high ${formatDecimal(bar.high)}, low ${formatDecimal(bar.low)}, ` +
      `close ${formatDecimal(bar.close)}, volume ${formatDecimal(bar.volume)}`,
  );

const describeTicks = (chunk: TicksDigest): Description =>
  headline(
    `${chunk.ticks} ticks of ${chunk.source}${chunk.simulated ? ' (simulated)' : ''}, ${isoFromNanos(chunk.firstAt)} to ${isoFromNanos(chunk.lastAt)}, SHA-256 ${chunk.digest}`,
  );

const describeKnown = (record: PointInTimeRecord): Description =>
  headline(
    `${record.series}${Number.isNaN(record.value) ? '' : ` ${figure(record.value)}`}, known since ${isoFromNanos(record.knownAt)}, from ${record.source}`,
    record.text === '' ? [] : [record.text],
  );

const describers: Partial<Record<FactKind, (fact: unknown, featureNames: FeatureNames) => Description>> = {
  bar: (fact) => describeBar(fact as Bar),
  ticks: (fact) => describeTicks(fact as TicksDigest),
  'point-in-time-record': (fact) => describeKnown(fact as PointInTimeRecord),
  'feature-vector': (fact, names) => describeVector(fact as FeatureVector, names),
  prediction: (fact) => describePrediction(fact as Prediction),
  'model-stage': (fact) => {
    const change = fact as ModelStageChanged;
    return headline(
      `${change.model}@${change.version}: ${change.previous ?? 'new'} to ${change.stage} by ${change.actor}, ${change.reason}`,
    );
  },
  analysis: (fact) => describeAnalysis(fact as Analysis),
  'signal-decision': (fact) => describeDecision(fact as SignalDecision),
  verdict: (fact) => describeVerdict(fact as Verdict),
  'protective-intent': (fact) => headline(intentText(fact as OrderIntent)),
  breaker: (fact) => {
    const breaker = fact as BreakerAction;
    return headline(`${breaker.rule}: ${breaker.action}, measured ${percent(breaker.measured)} against ${percent(breaker.limit)}`);
  },
  'order-event': (fact) => describeOrderEvent(fact as OrderEvent),
  'account-event': (fact) => {
    const event = fact as AccountEvent;
    const subject = 'symbol' in event ? ` of ${event.symbol}` : '';
    const amount = 'amount' in event ? ` ${formatDecimal(event.amount)} ${event.currency}` : '';
    return headline(`${event.type}${subject}${amount}${'reason' in event ? `, ${event.reason}` : ''}`);
  },
  'order-anomaly': (fact) => {
    const { code, parameters } = fact as OrderAnomaly;
    return headline(
      code,
      Object.entries(parameters).map(([name, value]) => `${name} ${value}`),
    );
  },
  reconciliation: (fact) => {
    const { venue, differences, tradable } = fact as AccountReconciled;
    return headline(
      `compared with ${venue}: ${differences.length} differences, ${tradable ? 'trading goes on' : 'trading is refused'}`,
      differences.map(({ code, subject, ours, theirs, status }) => `${status} ${code} ${subject}: ours ${ours}, theirs ${theirs}`),
    );
  },
  'orders-command': (fact) => {
    const command = fact as OrdersCommand;
    return headline(`${command.type} by ${command.actor}: ${command.reason}`);
  },
  account: (fact) => {
    const account = fact as AccountSnapshot;
    return headline(`equity ${formatDecimal(account.equity)} ${account.currency}, cash ${formatDecimal(account.cash)}`);
  },
};

/** What a record says, in words. `recordedFact` gives the same as data. */
export const describeRecord = (record: AuditRecord, featureNames: FeatureNames): Description => {
  if (record.redaction !== 0)
    return headline(`redacted by record ${record.redaction} of the chain AUDIT; its digest ${record.payloadDigest} stays`);
  const describe = describers[record.kind];
  return describe === undefined ? headline(record.payload) : describe(recordedFact(record), featureNames);
};

/** The fact as it was when it was recorded. */
export const recordedFact = (record: AuditRecord): unknown => decodeState(JSON.parse(record.payload));
