import { lineageJson, LineageError, lineageOf, recordedFact, renderLineage, type Verification } from '@tradewind/audit';
import { BASELINE_SET } from '@tradewind/features';
import type { OrderEvent } from '@tradewind/orders';
import { formatDecimal, utcDateOf } from '@tradewind/vocabulary';

import { AUDIT_SCHEMA, AuditTrail } from '../audit-trail.js';
import { outputOf, type RegisterCommand } from '../command-output.js';
import { CliError, EXIT } from '../exit-codes.js';
import { wholeNumber } from '../option-values.js';
import { table } from '../output.js';
import { withDatabase, withState } from '../reach.js';

const faultText = (result: Extract<Verification, { ok: false }>): string =>
  `the audit chain is broken at record ${result.fault.sequence}${result.fault.factId === '' ? '' : ` (${result.fault.factId})`}: ${result.fault.code}, ` +
  `expected ${result.fault.expected}, found ${result.fault.found}; the ${result.records} records before it are good`;

export const registerAudit: RegisterCommand = (program, config) => {
  program
    .command('audit')
    .description('the audit trail')
    .command('verify')
    .description('check every record of the hash chain; works whether the platform runs or not')
    .option('--name <state>', 'which state: demo, up or another')
    .option('--anchor <hash>', 'a hash noted earlier, e.g. the head in a report, that must be in the chain')
    .action(async (flags: { readonly name?: string; readonly anchor?: string }, command) => {
      const output = outputOf(command, config);
      const startedAt = performance.now();
      const result = await withState(output, flags.name, ({ database }) =>
        withDatabase(database, AUDIT_SCHEMA, (client) => new AuditTrail(client).verify(flags.anchor, () => undefined)),
      );
      if (result === undefined) throw new CliError(EXIT.data, 'NO_TRAIL', 'this state has no audit trail yet');
      if (!result.ok) throw new CliError(EXIT.data, result.fault.code, faultText(result));
      const seconds = (performance.now() - startedAt) / 1_000;
      output.result(
        { verified: true, records: result.records, head: result.head.hash, seconds },
        () => `verified: ${result.records.toLocaleString('en-US')} records, no fault\nhead ${result.head.hash}`,
      );
    });
};

const featureNames = (setHash: string): readonly string[] | undefined => (setHash === BASELINE_SET.hash ? BASELINE_SET.names : undefined);

const listFills = (trail: AuditTrail, limit: number) =>
  trail.fills(limit).then((records) =>
    records.map((record) => {
      const fill = recordedFact(record) as Extract<OrderEvent, { type: 'OrderFilled' }>;
      return {
        fillId: fill.fillId,
        date: utcDateOf(fill.at),
        symbol: fill.symbol,
        side: fill.side,
        quantity: formatDecimal(fill.quantity),
        price: formatDecimal(fill.price),
      };
    }),
  );

export const registerLineage: RegisterCommand = (program, config) => {
  program
    .command('lineage')
    .description('walk from a fill back to the order, the risk verdict, the layers and votes, the model, the features and the bar')
    .argument('[id]', '`last`, a fill id or a client order id; without it the last fills are listed')
    .option('--name <state>', 'which state: demo, up or another')
    .option('--limit <n>', 'how many fills to list', wholeNumber(1, 10_000), 20)
    .action(async (id: string | undefined, flags: { readonly name?: string; readonly limit: number }, command) => {
      const output = outputOf(command, config);
      await withState(output, flags.name, ({ database }) =>
        withDatabase(database, AUDIT_SCHEMA, async (client) => {
          const trail = new AuditTrail(client);
          const fills = id === undefined || id === 'last' ? await listFills(trail, id === 'last' ? 1 : flags.limit) : [];
          if (id === undefined) {
            output.result(fills, () =>
              table(
                ['fill', 'date', 'symbol', 'side', 'quantity', 'price'],
                fills.map((fill) => [fill.fillId, fill.date, fill.symbol, fill.side, fill.quantity, fill.price]),
              ),
            );
            return;
          }
          const wanted = id === 'last' ? fills[0]?.fillId : id;
          if (wanted === undefined) throw new CliError(EXIT.data, 'NOT_FOUND', 'nothing was filled yet');
          try {
            const tree = lineageOf(await trail.closure(wanted), wanted);
            output.result(lineageJson(tree, featureNames), () => renderLineage(tree, featureNames));
          } catch (error) {
            if (error instanceof LineageError)
              throw new CliError(EXIT.data, error.code, error.message, 'list the fills with `tradewind lineage`');
            throw error;
          }
        }),
      );
    });
};
