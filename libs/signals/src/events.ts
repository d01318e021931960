import type { Symbol } from '@tradewind/vocabulary';

import type { SignalAction } from './facts.js';

interface AboutSignal {
  readonly signalId: string;
  readonly symbol: Symbol;
}

/** What happened to the signals of a partition; folding these over the initial state gives the state. */
export type SignalEvent =
  | { readonly type: 'RunStarted'; readonly run: string }
  | {
      readonly type: 'StepObserved';
      readonly step: number;
      readonly bars: readonly { readonly symbol: Symbol; readonly returnMicros: number }[];
    }
  | (AboutSignal & { readonly type: 'OutcomeSettled'; readonly action: SignalAction; readonly outcomeMicros: number })
  | (AboutSignal & {
      readonly type: 'SignalValidated';
      readonly action: SignalAction;
      readonly signalType: string;
      readonly referencePrice: number;
      readonly horizonBars: number;
      /** Until an ENTER must be renewed. */
      readonly expiryBars: number;
      /** Until the symbol's next candidate after an EXIT. */
      readonly quietBars: number;
    })
  | (AboutSignal & {
      readonly type: 'SignalRejected';
      readonly action: SignalAction;
      readonly code: string;
      readonly referencePrice: number;
      readonly horizonBars: number;
      readonly quietBars: number;
    })
  | (AboutSignal & { readonly type: 'SignalLapsed' });
