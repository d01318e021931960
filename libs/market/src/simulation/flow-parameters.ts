/** Kinds of event in the order flow; a kind and its mirror image on the other side differ in the last bit. TAKE_BID: a seller hits the bids. */
export const FLOW_KINDS = ['LIMIT_BID', 'LIMIT_ASK', 'CANCEL_BID', 'CANCEL_ASK', 'TAKE_BID', 'TAKE_ASK'] as const;
export const FLOW_KIND_COUNT = FLOW_KINDS.length;
export const mirrorOf = (kind: number): number => kind ^ 1;

/**
 * A Hawkes process (Hawkes, Biometrika 58, 1971; for order books: Bacry, Mastromatteo and Muzy, Market Microstructure and Liquidity 1, 2015): the
 * intensity of kind i is base[i] + Σ over past events of kind j of Σk branching[i][j][k] · decay[k] · exp(−decay[k] · age). `branching` is the
 * mean number of events of kind i that one of kind j brings about at scale k.
 */
export interface HawkesParameters {
  /** 1/s. */
  readonly decays: readonly number[];
  /** Events a second, by kind. */
  readonly base: readonly number[];
  readonly branching: readonly (readonly (readonly number[])[])[];
}

/** Order flow of one stock: when something happens, and what. Tables are quantiles at evenly spaced probabilities; distances are in ticks. */
export interface FlowParameters {
  readonly hawkes: HawkesParameters;
  /** Price around which the distances were measured, in ticks: other prices scale them. */
  readonly referencePrice: number;
  readonly meanSpread: number;
  /** Upper ends of the classes of spread, the last one open. */
  readonly spreadClasses: readonly number[];
  /** Share of limit orders inside the spread, by class of spread. */
  readonly improvingShare: readonly number[];
  /** How far into the spread, as a part of it. */
  readonly improvements: readonly number[];
  /** Distance of the other limit orders from the best price of their side. */
  readonly placements: readonly number[];
  /** Distance of cancelled orders from the best price of their side. */
  readonly cancellations: readonly number[];
  /** Share of cancellations that leave part of the order. */
  readonly partialShare: number;
  readonly limitSizes: readonly number[];
  readonly takeSizes: readonly number[];
  /** Share of market orders larger than the best level that go on to the next ones; the others take what is at the best. */
  readonly walkingShare: number;
  /** Resting orders a side, on average: cancellations come in proportion to it. */
  readonly ordersPerSide: number;
}

/** Index of the class that a spread in ticks falls into. */
export const spreadClassOf = (spread: number, classes: readonly number[]): number => {
  const index = classes.findIndex((end) => spread <= end);
  return index < 0 ? classes.length : index;
};
