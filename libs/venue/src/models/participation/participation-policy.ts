import { floorToStep, scaleBy } from '@tradewind/vocabulary';
import type { Decimal, Quantity } from '@tradewind/vocabulary';

export interface ParticipationPolicy {
  /** The most that all orders together may take of a bar's volume; `undefined` for no limit. */
  capacity(volume: Quantity, lotSize: Quantity): Quantity | undefined;
}

/** A share of the bar's volume in whole lots; a bar without volume fills nothing. */
export const volumeParticipation = (ratio: Decimal): ParticipationPolicy => ({
  capacity: (volume, lotSize) => floorToStep(scaleBy(volume, ratio), lotSize),
});

export const unlimitedParticipation: ParticipationPolicy = { capacity: () => undefined };
