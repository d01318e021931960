import type { RecordsKnown } from '@tradewind/market';
import type { ModelStageChanged, Prediction } from '@tradewind/models';
import type { AccountReconciled, OrderEvent, OrderIntent } from '@tradewind/orders';
import type { BreakerAction, TradingState, Verdict } from '@tradewind/risk';
import type { Analysis, SignalDecision } from '@tradewind/signals';
import type { StepHeader } from '@tradewind/vocabulary';

import type { FactKind } from './record.js';

/** What a reviewer filters by. Each is read off the fact itself: nothing is guessed, a fact that does not say has none. */
export interface Traits {
  /** Model or analyst that spoke, with its version. */
  readonly model: string;
  readonly signal: string;
  /**
   * Compliance flags: `approved`, `denied:<code>`, `validated`, `rejected:<code>`, `layers:<passed>/<all>`, `simulated`, `rule-based`,
   * `warm-up`, `reduce-only`, `external`, `paper`, `status:<trading status>`, `action:<breaker action>`, `untradable`, `degraded:<what>`.
   */
  readonly flags: readonly string[];
}

const NOTHING: Traits = { model: '', signal: '', flags: [] };

const intentFlags = (intent: OrderIntent): string[] => {
  if (intent.purpose.startsWith('external:')) return ['external'];
  return intent.purpose === 'signal:enter' ? [] : ['reduce-only'];
};

const ofOrderEvent = (event: OrderEvent): Traits => {
  switch (event.type) {
    case 'OrderInitialized':
      return { ...NOTHING, flags: intentFlags(event.intent) };
    case 'OrderDenied':
      return { ...NOTHING, flags: [`denied:${event.code}`] };
    case 'OrderRejected':
      return { ...NOTHING, flags: [`rejected:${event.code}`] };
    case 'OrderAccepted':
      return { ...NOTHING, flags: event.venueOrderId.startsWith('paper') ? ['paper'] : [] };
    case 'OrderEmulated':
    case 'OrderReleased':
      return { ...NOTHING, flags: ['emulated'] };
    default:
      return NOTHING;
  }
};

const ofDecision = (made: SignalDecision): Traits => ({
  model: '',
  signal: made.id,
  flags: [
    made.status === 'VALIDATED' ? 'validated' : `rejected:${made.rejectionCode}`,
    `layers:${made.layers.filter(({ passed }) => passed).length}/${made.layers.length}`,
  ],
});

const ofVerdict = (verdict: Verdict): Traits => ({
  model: '',
  signal: verdict.signalId,
  flags: verdict.status === 'APPROVED' ? ['approved', ...intentFlags(verdict.intent)] : [`denied:${verdict.code}`],
});

const readers: Partial<Record<FactKind, (fact: unknown) => Traits>> = {
  bar: (fact) => ({ ...NOTHING, flags: (fact as { readonly warmUp: boolean }).warmUp ? ['warm-up'] : [] }),
  ticks: (fact) => ({ ...NOTHING, flags: (fact as { readonly simulated: boolean }).simulated ? ['simulated'] : [] }),
  'point-in-time-record': (fact) => ({
    ...NOTHING,
    flags: (fact as RecordsKnown['records'][number]).source.startsWith('simulated') ? ['simulated'] : [],
  }),
  prediction: (fact) => ({ ...NOTHING, model: `${(fact as Prediction).model}@${(fact as Prediction).version}` }),
  'model-stage': (fact) => ({ ...NOTHING, model: `${(fact as ModelStageChanged).model}@${(fact as ModelStageChanged).version}` }),
  analysis: (fact) => ({ ...NOTHING, model: (fact as Analysis).analyst, flags: (fact as Analysis).ruleBased ? ['rule-based'] : [] }),
  'signal-decision': (fact) => ofDecision(fact as SignalDecision),
  verdict: (fact) => ofVerdict(fact as Verdict),
  'protective-intent': (fact) => ({ ...NOTHING, flags: intentFlags(fact as OrderIntent) }),
  'order-event': (fact) => ofOrderEvent(fact as OrderEvent),
  breaker: (fact) => ({ ...NOTHING, flags: [`action:${(fact as BreakerAction).action}`] }),
  'trading-state': (fact) => {
    const told = fact as TradingState | { readonly state: TradingState };
    return { ...NOTHING, flags: [`status:${'state' in told ? told.state.status : told.status}`] };
  },
  reconciliation: (fact) => ({ ...NOTHING, flags: (fact as AccountReconciled).tradable ? [] : ['untradable'] }),
};

/** Model, signal and flags of a fact; what a step lacked (`header.degraded`) is a flag of each of its facts. */
export const traitsOf = (kind: FactKind, fact: unknown, header: StepHeader | undefined): Traits => {
  const traits = readers[kind]?.(fact) ?? NOTHING;
  const degraded = header?.degraded ?? [];
  return degraded.length === 0 ? traits : { ...traits, flags: [...traits.flags, ...degraded.map((what) => `degraded:${what}`)] };
};
