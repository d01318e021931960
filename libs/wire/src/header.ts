import type { StepHeaderMessage } from '@tradewind/contracts';
import type { StepHeader } from '@tradewind/vocabulary';

import { readCount, readNanos, readPresent, readText } from './scalars.js';

type HeaderFields = Omit<StepHeaderMessage, '$typeName' | '$unknown'>;

export const writeHeader = (header: StepHeader, final: boolean): HeaderFields => ({
  id: header.id,
  run: header.run,
  step: BigInt(header.step),
  partition: header.partition,
  atNs: header.at,
  causes: [...header.causes],
  degraded: [...header.degraded],
  final,
});

export const readHeader = (message: StepHeaderMessage | undefined): { readonly header: StepHeader; readonly final: boolean } => {
  const fields = readPresent(message, 'header');
  return {
    header: {
      id: readText(fields.id, 'header.id'),
      run: readText(fields.run, 'header.run'),
      step: readCount(fields.step, 'header.step'),
      partition: fields.partition,
      at: readNanos(fields.atNs, 'header.at_ns'),
      causes: fields.causes,
      degraded: fields.degraded,
    },
    final: fields.final,
  };
};
