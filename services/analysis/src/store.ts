import type { Database } from '@tradewind/database';

import { PrismaClient } from './generated/prisma/client.js';
import type { AnswerLog, LoggedAnswer } from './language-model/answer-log.js';

/** The log of questions and answers in Postgres. */
export class AnswerStore implements AnswerLog {
  readonly #prisma: PrismaClient;

  constructor(database: Pick<Database, 'prismaAdapter'>) {
    this.#prisma = new PrismaClient({ adapter: database.prismaAdapter() });
  }

  async find(promptHash: string): Promise<LoggedAnswer | undefined> {
    return (await this.#prisma.answer.findUnique({ where: { promptHash } })) ?? undefined;
  }

  async keep(answer: LoggedAnswer): Promise<LoggedAnswer> {
    await this.#prisma.answer.createMany({ data: [answer], skipDuplicates: true });
    const kept = await this.find(answer.promptHash);
    if (kept === undefined) throw new Error(`answer ${answer.promptHash} is gone from an append-only table`);
    return kept;
  }

  close(): Promise<void> {
    return this.#prisma.$disconnect();
  }
}
