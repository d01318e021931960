import { type DeadLetter, DeadLetters } from '@tradewind/messaging';

import { outputOf, type RegisterCommand } from '../command-output.js';
import { CliError, EXIT } from '../exit-codes.js';
import { wholeNumber } from '../option-values.js';
import { table } from '../output.js';
import { withBus, withState } from '../reach.js';

const ERROR_SHOWN_MAX = 60;
const ID_MAX = Number.MAX_SAFE_INTEGER;

const described = (letter: DeadLetter) => ({
  id: letter.id,
  service: letter.service,
  event: letter.event,
  reason: letter.reason,
  error: letter.error,
  deliveries: letter.deliveries,
  at: letter.at.toISOString(),
  original: { ...letter.original, payload: Buffer.from(letter.original.payload).toString('base64') },
});

const readable = (bus: { readonly codec: { decode(name: string, bytes: Uint8Array): unknown } }, letter: DeadLetter): unknown => {
  try {
    return bus.codec.decode(letter.event, letter.original.payload);
  } catch (error) {
    return `unreadable: ${error instanceof Error ? error.message : String(error)}`;
  }
};

const plain = (value: unknown): string =>
  JSON.stringify(
    value,
    (_key, entry: unknown) => (typeof entry === 'bigint' ? entry.toString() : entry instanceof Float64Array ? [...entry] : entry),
    2,
  );

interface ListFlags {
  readonly name?: string;
  readonly service?: string;
  readonly event?: string;
  readonly limit: number;
}

const STATE_OPTION = ['--name <state>', 'which state: demo, up or another'] as const;

const registerList: RegisterCommand = (letters, config) => {
  letters
    .command('list')
    .description('list them, oldest first')
    .option(...STATE_OPTION)
    .option('--service <service>', 'only of one service')
    .option('--event <event>', 'only of one event, e.g. market.bars')
    .option('--limit <n>', 'at most so many', wholeNumber(1, 100_000), 100)
    .action(async (flags: ListFlags, command) => {
      const output = outputOf(command, config);
      const { service, event, limit } = flags;
      const filter = { limit, ...(service !== undefined && { service }), ...(event !== undefined && { event }) };
      const found = await withState(output, flags.name, ({ nats }) => withBus(nats, (bus) => new DeadLetters(bus).list(filter)));
      const rows = found.map((letter) => [
        String(letter.id),
        letter.at.toISOString(),
        letter.service,
        letter.event,
        letter.reason,
        letter.error.slice(0, ERROR_SHOWN_MAX),
      ]);
      output.result(found.map(described), () =>
        found.length === 0 ? 'no dead letters' : table(['id', 'at', 'service', 'event', 'reason', 'error'], rows),
      );
    });
};

const registerShow: RegisterCommand = (letters, config) => {
  letters
    .command('show')
    .description('show one with its content')
    .argument('<id>', 'its number in the list', wholeNumber(1, ID_MAX))
    .option(...STATE_OPTION)
    .action(async (id: number, flags: { readonly name?: string }, command) => {
      const output = outputOf(command, config);
      await withState(output, flags.name, ({ nats }) =>
        withBus(nats, async (bus) => {
          const letter = await new DeadLetters(bus).show(id);
          if (letter === undefined) throw new CliError(EXIT.data, 'NOT_FOUND', `there is no dead letter ${id}`);
          const { service, event, reason, deliveries, at, error, original } = letter;
          output.result(described(letter), () =>
            [
              `dead letter ${id}: ${service} could not handle ${event} (${reason}, ${deliveries} deliveries, ${at.toISOString()})`,
              error,
              `message ${original.messageId}, ${original.stream} ${original.sequence}, ${original.subject}`,
              plain(readable(bus, letter)),
            ].join('\n'),
          );
        }),
      );
    });
};

const registerRedrive: RegisterCommand = (letters, config) => {
  letters
    .command('redrive')
    .description('send them again to where they came from')
    .argument('<id...>', 'their numbers in the list')
    .option(...STATE_OPTION)
    .action(async (ids: readonly string[], flags: { readonly name?: string }, command) => {
      const output = outputOf(command, config);
      const numbers = ids.map(wholeNumber(1, ID_MAX));
      const redriven: number[] = [];
      try {
        await withState(output, flags.name, ({ nats }) =>
          withBus(nats, (bus) => new DeadLetters(bus).redrive(numbers, ({ id }) => void redriven.push(id))),
        );
      } catch (error) {
        if (error instanceof RangeError) throw new CliError(EXIT.data, 'NOT_FOUND', error.message);
        throw error;
      }
      output.result({ redriven }, () => `sent again: ${redriven.join(', ')}`);
    });
};

export const registerDeadLetters: RegisterCommand = (program, config) => {
  const letters = program.command('dlq').description('messages that could not be handled');
  for (const register of [registerList, registerShow, registerRedrive]) register(letters, config);
};
