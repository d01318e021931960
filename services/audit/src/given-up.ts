import type { ChainFacts, DeadLetterFact } from '@tradewind/alerts';
import type { DeadLetter, DeadLetters } from '@tradewind/messaging';
import { nanosFromMillis } from '@tradewind/vocabulary';

/** The name under which the alerts keep how far they have read, beside the chains of the trail. */
const STREAM = 'DEAD_LETTERS';
const LETTERS_MAX = 100;

const factOf = ({ id, service, event, reason, error, at }: DeadLetter): ChainFacts['facts'][number] => {
  const fact: DeadLetterFact = { letter: id, service, event, reason, error };
  return {
    kind: 'dead-letter',
    factId: `dead-letter/${id}`,
    run: '',
    symbol: '',
    orderId: '',
    actor: service,
    at: nanosFromMillis(at.getTime()),
    sequence: id,
    fact,
  };
};

/** Messages that services gave up. They are in the stream of dead letters and in no chain, and people must hear of them all the same. */
export class GivenUp {
  constructor(private readonly letters: Pick<DeadLetters, 'after'>) {}

  /** What was given up behind the cursor. */
  async after(cursors: Readonly<Record<string, number>>): Promise<readonly ChainFacts[]> {
    const found = await this.letters.after(cursors[STREAM] ?? 0, LETTERS_MAX);
    const upTo = found.at(-1)?.id;
    return upTo === undefined ? [] : [{ chain: STREAM, facts: found.map(factOf), upTo }];
  }
}
