import type { LiveKind, MarketSource } from '@tradewind/sources';

type TickKind = Exclude<LiveKind, 'bars'>;

export interface LiveKinds {
  /** What every source has: one that lacks something could not stand in for another. */
  readonly kinds: readonly TickKind[];
  /** What was asked for and is not had, with the sources that lack it. */
  readonly missing: readonly { readonly kind: TickKind; readonly sources: readonly string[] }[];
}

/** What of the kinds asked for all sources have live. */
export const liveKindsOf = (asked: readonly TickKind[], sources: readonly Pick<MarketSource, 'name' | 'capabilities'>[]): LiveKinds => {
  const lacking = (kind: TickKind): readonly string[] =>
    sources.filter(({ capabilities }) => !capabilities.live.includes(kind)).map(({ name }) => name);
  return {
    kinds: asked.filter((kind) => lacking(kind).length === 0),
    missing: asked.map((kind) => ({ kind, sources: lacking(kind) })).filter((entry) => entry.sources.length > 0),
  };
};
