import type { EventLike } from '@tradewind/database';
import type { DurableStage, Kit } from '@tradewind/service-kit';
import { initialSignalsState, type SignalEvent, type SignalsState } from '@tradewind/signals';
import type { StepHeader } from '@tradewind/vocabulary';

export type SignalsStage = DurableStage<SignalsState>;

/** Name of a partition's aggregate, and of its inbox. */
export const stageNameOf = (partition: number): string => `signals/${partition}`;

/** The saved signals of every partition, loaded. Rejects with what the database throws. */
export const openStages = (kit: Pick<Kit, 'openStage' | 'config'>): Promise<readonly SignalsStage[]> =>
  Promise.all(
    Array.from({ length: kit.config.partitions }, (_, partition) =>
      kit.openStage({ name: stageNameOf(partition), initialState: () => initialSignalsState(partition) }),
    ),
  );

/** The events of a step as rows; ids are derived from the step, so that none can be stored twice. */
export const eventRows = ({ run, step, partition, at }: StepHeader, events: readonly SignalEvent[]): readonly EventLike[] =>
  events.map((event, index) => ({ id: `${stageNameOf(partition)}/${run}/${step}/${index}`, type: event.type, step, at, payload: event }));
