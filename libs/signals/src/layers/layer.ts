import type { Symbol } from '@tradewind/vocabulary';

import type { LayerName, LayerResult } from '../facts.js';
import type { FusedView } from '../fusion.js';
import type { MarketView } from '../market-view.js';
import type { SignalPolicy } from '../policy.js';

/** Returns of a symbol that has an active long signal, newest last, in millionths. */
export interface ActivePeer {
  readonly symbol: Symbol;
  readonly returns: readonly number[];
}

/** An ENTER before it is judged. */
export interface Candidate {
  readonly view: MarketView;
  readonly fused: FusedView;
  readonly horizonBars: number;
  /** Typical win and loss over the horizon, fractions of the price. */
  readonly expectedWin: number;
  readonly expectedLoss: number;
  /** What became of past candidates of this kind: returns over the horizon in millionths, newest last. */
  readonly outcomes: readonly number[];
  /** The symbol's own returns, aligned with those of the peers. */
  readonly returns: readonly number[];
  readonly peers: readonly ActivePeer[];
}

/** One of the five questions of SG2. Pure; adding one is one file and one line in five-layers.ts. */
export interface ValidationLayer {
  readonly name: LayerName;
  judge(candidate: Candidate, policy: SignalPolicy): LayerResult;
}

export const fraction = (value: number): number => (value >= 0 ? Math.min(1, value) : 0);

/** Passed exactly when there is no reason against. */
export const resultOf = (layer: LayerName, score: number, reasons: readonly string[]): LayerResult => ({
  layer,
  passed: reasons.length === 0,
  score: fraction(score),
  reasons,
});
