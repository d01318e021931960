import { join, resolve } from 'node:path';

import { Option } from 'commander';

import { exportTrail } from '../audit-export.js';
import { type TableFormat, writeTable } from '../audit-tables.js';
import { AUDIT_SCHEMA, AuditTrail } from '../audit-trail.js';
import { outputOf, type RegisterCommand } from '../command-output.js';
import { withDatabase, withState } from '../reach.js';

const FORMATS = ['jsonl', 'csv', 'parquet'] as const;

/** `tradewind audit export`. */
export const registerAuditExport: RegisterCommand = (audit, config) => {
  audit
    .command('export')
    .description('write the records, the signed checkpoints and the program that verifies them into a folder that proves itself')
    .requiredOption('--out <folder>', 'a new or empty folder')
    .option('--name <state>', 'which state: demo, up or another')
    .addOption(
      new Option('--format <format>', 'csv and parquet add one table of all records for analysis').choices(FORMATS).default('jsonl'),
    )
    .action(async (flags: { readonly out: string; readonly name?: string; readonly format: 'jsonl' | TableFormat }, command) => {
      const output = outputOf(command, config);
      const folder = resolve(flags.out);
      const verifier = join(config.root, 'tools/verify-audit.mjs');
      const made = await withState(output, flags.name, ({ database }) =>
        withDatabase(database, AUDIT_SCHEMA, (client) => exportTrail(new AuditTrail(client), folder, verifier)),
      );
      const table = flags.format === 'jsonl' ? undefined : await writeTable(folder, flags.format);
      output.result({ ...made, ...(table !== undefined && { table }) }, () =>
        [
          `${made.records.toLocaleString('en-US')} records and ${made.checkpoints} signed checkpoints in ${folder}`,
          ...(table === undefined ? [] : [`table ${table}`]),
          `head ${made.head}`,
          `verify: node ${join(folder, 'verify-audit.mjs')}`,
        ].join('\n'),
      );
    });
};
