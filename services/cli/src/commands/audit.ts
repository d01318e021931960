import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import {
  type AuditFault,
  checkpointHashOf,
  lineageGaps,
  lineageJson,
  LineageError,
  lineageOf,
  recordedFact,
  renderLineage,
  renderLineagePage,
  type TrailVerification,
} from '@tradewind/audit';
import { BASELINE_SET } from '@tradewind/features';
import type { OrderEvent } from '@tradewind/orders';
import { formatDecimal, isoFromNanos, utcDateOf } from '@tradewind/vocabulary';

import { AUDIT_SCHEMA, AuditTrail } from '../audit-trail.js';
import { outputOf, type RegisterCommand } from '../command-output.js';
import { CliError, EXIT } from '../exit-codes.js';
import { wholeNumber } from '../option-values.js';
import { type Output, table } from '../output.js';
import { withDatabase, withState } from '../reach.js';
import { registerAuditExport } from './audit-export.js';
import { registerAuditRedact, registerAuditRotateKey } from './audit-keys.js';

const FAULTS_SHOWN_MAX = 10;
const FILLS_MAX = 1_000_000;

const faultText = ({ code, chain, sequence, field, factId, expected, found }: AuditFault): string =>
  chain === 'checkpoints'
    ? `checkpoint ${sequence}: ${code} (${field}), expected ${expected || 'nothing'}, found ${found || 'nothing'}`
    : `chain ${chain}, record ${sequence}${factId === '' ? '' : ` (${factId})`}: ${code} (${field}), expected ${expected || 'nothing'}, found ${found || 'nothing'}`;

const brokenText = ({ faults, chains }: TrailVerification): string => {
  const good = chains.map(({ chain, sequence }) => `${chain} ${sequence.toLocaleString('en-US')}`).join(', ');
  return `the audit trail is broken: ${faults.slice(0, FAULTS_SHOWN_MAX).map(faultText).join('\n')}\nrecords that are proven: ${good}`;
};

const verifiedText = (result: TrailVerification): string =>
  [
    `verified: ${result.records.toLocaleString('en-US')} records in ${result.chains.length} chains, ${result.checkpoints} signed checkpoints, no fault`,
    ...(result.redactions.length === 0
      ? []
      : [`${result.redactions.length} payloads were redacted; their records still prove their place`]),
    ...result.redactions.map(({ factId, actor, reason, at }) => `  ${factId} by ${actor}, ${isoFromNanos(at)}: ${reason}`),
    ...(result.unsigned === 0 ? [] : [`${result.unsigned.toLocaleString('en-US')} records are newer than the last checkpoint`]),
    `head ${result.head}`,
  ].join('\n');

const registerVerify: RegisterCommand = (audit, config) => {
  audit
    .command('verify')
    .description('check every record of the hash chains and every signed checkpoint; works whether the platform runs or not')
    .option('--name <state>', 'which state: demo, up or another')
    .option('--anchor <hash>', 'a hash noted earlier, e.g. the head in a report, that must be in the trail')
    .option('--key <hex...>', 'public keys to trust, and no other; without them the first key of the trail is taken at its word')
    .action(async (flags: { readonly name?: string; readonly anchor?: string; readonly key?: readonly string[] }, command) => {
      const output = outputOf(command, config);
      const startedAt = performance.now();
      const options = {
        ...(flags.anchor !== undefined && { anchor: flags.anchor }),
        ...(flags.key !== undefined && { trustedKeys: flags.key }),
      };
      const result = await withState(output, flags.name, ({ database }) =>
        withDatabase(database, AUDIT_SCHEMA, (client) =>
          withDatabase(database, AUDIT_SCHEMA, (second) => new AuditTrail(client).verify(options, () => undefined, [second])),
        ),
      );
      if (result === undefined) throw new CliError(EXIT.data, 'NO_TRAIL', 'this state has no audit trail yet');
      const [fault] = result.faults;
      if (fault !== undefined) throw new CliError(EXIT.data, fault.code, brokenText(result), 'see docs/runbooks/audit-broken.md');
      const seconds = (performance.now() - startedAt) / 1_000;
      const { records, head, chains, checkpoints, unsigned, redactions } = result;
      output.result(
        {
          verified: true,
          records,
          head,
          chains: Object.fromEntries(chains.map(({ chain, sequence, hash }) => [chain, { records: sequence, hash }])),
          checkpoints,
          unsigned,
          redactions: redactions.map(({ factId, actor, reason, at }) => ({ factId, actor, reason, at: isoFromNanos(at) })),
          seconds,
        },
        () => verifiedText(result),
      );
    });
};

export const registerAudit: RegisterCommand = (program, config) => {
  const audit = program.command('audit').description('the audit trail');
  registerVerify(audit, config);
  registerAuditExport(audit, config);
  registerAuditRedact(audit, config);
  registerAuditRotateKey(audit, config);
};

const featureNames = (setHash: string): readonly string[] | undefined => (setHash === BASELINE_SET.hash ? BASELINE_SET.names : undefined);

const listFills = (trail: AuditTrail, limit: number) =>
  trail.fills(limit).then((records) =>
    records
      .filter(({ redaction }) => redaction === 0)
      .map((record) => {
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

/** Lineages that lack something; empty when every fill is explained. */
const fillsWithGaps = async (trail: AuditTrail) => {
  const found: { readonly fillId: string; readonly gaps: readonly string[] }[] = [];
  const fills = await trail.fills(FILLS_MAX);
  for (const { fillId } of fills) {
    const gaps = lineageGaps(lineageOf(await trail.closure(fillId), fillId));
    if (gaps.length > 0) found.push({ fillId, gaps });
  }
  return { fills: fills.length, found };
};

const checkFills = async (trail: AuditTrail, output: Output): Promise<void> => {
  const { fills, found } = await fillsWithGaps(trail);
  if (found.length > 0) {
    const shown = found.slice(0, FAULTS_SHOWN_MAX).map(({ fillId, gaps }) => `${fillId}: ${gaps.join('; ')}`);
    throw new CliError(EXIT.data, 'LINEAGE_INCOMPLETE', `${found.length} of ${fills} fills are not explained whole:\n${shown.join('\n')}`);
  }
  output.result({ fills, complete: true }, () => `the lineage of each of ${fills.toLocaleString('en-US')} fills is complete`);
};

interface LineageFlags {
  readonly name?: string;
  readonly limit: number;
  readonly html?: string;
  readonly check?: true;
}

const showLineage = async (trail: AuditTrail, id: string, flags: LineageFlags, output: Output): Promise<void> => {
  const wanted = id === 'last' ? (await listFills(trail, 1))[0]?.fillId : id;
  if (wanted === undefined) throw new CliError(EXIT.data, 'NOT_FOUND', 'nothing was filled yet');
  const tree = lineageOf(await trail.closure(wanted), wanted);
  const { html } = flags;
  if (html === undefined) {
    output.result(lineageJson(tree, featureNames), () => renderLineage(tree, featureNames));
    return;
  }
  const last = (await trail.checkpoints()).at(-1);
  const head = last === undefined ? '' : checkpointHashOf(last.text);
  const gaps = lineageGaps(tree);
  const page = resolve(html);
  await writeFile(page, renderLineagePage(tree, featureNames, { gaps, head }));
  output.result({ page, gaps }, () => `${page}${gaps.length === 0 ? '' : `\nnot complete: ${gaps.join('; ')}`}`);
};

export const registerLineage: RegisterCommand = (program, config) => {
  program
    .command('lineage')
    .description('walk from a fill back to the order, the risk verdict, the layers and votes, the model, the features and the bar')
    .argument('[id]', '`last`, a fill id or a client order id; without it the last fills are listed')
    .option('--name <state>', 'which state: demo, up or another')
    .option('--limit <n>', 'how many fills to list', wholeNumber(1, 10_000), 20)
    .option('--html <file>', 'write it as one page that needs nothing beside it')
    .option('--check', 'look at every fill, and fail when one is not explained whole')
    .action(async (id: string | undefined, flags: LineageFlags, command) => {
      const output = outputOf(command, config);
      await withState(output, flags.name, ({ database }) =>
        withDatabase(database, AUDIT_SCHEMA, async (client) => {
          const trail = new AuditTrail(client);
          try {
            if (flags.check) await checkFills(trail, output);
            else if (id !== undefined) await showLineage(trail, id, flags, output);
            else {
              const fills = await listFills(trail, flags.limit);
              output.result(fills, () =>
                table(
                  ['fill', 'date', 'symbol', 'side', 'quantity', 'price'],
                  fills.map((fill) => [fill.fillId, fill.date, fill.symbol, fill.side, fill.quantity, fill.price]),
                ),
              );
            }
          } catch (error) {
            if (error instanceof LineageError)
              throw new CliError(EXIT.data, error.code, error.message, 'list the fills with `tradewind lineage`');
            throw error;
          }
        }),
      );
    });
};
