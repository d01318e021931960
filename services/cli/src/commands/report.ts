import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { INSTRUMENTS } from '@tradewind/market';
import { composePeriodReport, type PeriodReport, renderPeriodPage } from '@tradewind/reports';
import { utcDateOf } from '@tradewind/vocabulary';

import { AUDIT_SCHEMA } from '../audit-trail.js';
import { outputOf, type RegisterCommand } from '../command-output.js';
import { CliError, EXIT } from '../exit-codes.js';
import { lastAccount, readPeriod } from '../period-records.js';
import { withDatabase, withState } from '../reach.js';
import { RUN_DEFAULTS } from '../run-context.js';
import { findState } from '../state-names.js';

const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;
const SECTORS: ReadonlyMap<string, string> = new Map(INSTRUMENTS.map(({ symbol, sector }) => [symbol, sector]));
const sectorOf = (symbol: string): string => SECTORS.get(symbol) ?? 'unknown';

interface ReportFlags {
  readonly date?: string;
  readonly from?: string;
  readonly to?: string;
  readonly account: string;
  readonly run?: string;
  readonly out?: string;
  readonly name?: string;
}

const dayOf = (text: string, option: string): number => {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms)) throw new CliError(EXIT.usage, 'DATE_INVALID', `--${option} must be a date like 2026-03-31, was '${text}'`);
  return ms;
};

/** First and last day of the period, in milliseconds; without options the last recorded one. Weeks begin on Monday. */
const daysOf = (kind: PeriodReport['kind'], flags: ReportFlags, last: number): { readonly first: number; readonly end: number } => {
  if (kind === 'period') {
    const first = dayOf(flags.from ?? '', 'from');
    const end = flags.to === undefined ? last : dayOf(flags.to, 'to');
    if (end < first) throw new CliError(EXIT.usage, 'DATE_INVALID', '--to is before --from');
    return { first, end };
  }
  const day = flags.date === undefined ? last : dayOf(flags.date, 'date');
  if (kind === 'daily') return { first: day, end: day };
  const monday = day - ((new Date(day).getUTCDay() + WEEK_DAYS - 1) % WEEK_DAYS) * DAY_MS;
  return { first: monday, end: monday + (WEEK_DAYS - 1) * DAY_MS };
};

const amount = (value: number): string => value.toFixed(2).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
const percent = (value: number | null): string => (value === null ? '–' : `${(value * 100).toFixed(2)}%`);

const spoken = (report: PeriodReport, files: { readonly json: string; readonly page: string }): string =>
  [
    `${report.accountId}, ${report.from} to ${report.to}: ${amount(report.profit)} ${report.currency} (${percent(report.return)}), equity ${amount(report.equityEnd)}`,
    `  ${report.fills} fills, ${amount(report.traded)} traded, fees ${amount(report.fees)}, drawdown ${percent(report.drawdown)}`,
    `  shadow trading: ${amount(report.shadow.theoreticalProfit)} on paper, ${amount(report.shadow.actualProfit)} as it came (${report.shadow.shortfallBps.toFixed(1)} bps)`,
    ...(report.unexplained === 0 ? [] : [`  UNEXPLAINED: ${amount(report.unexplained)}: the trail has a hole`]),
    `  page ${files.page}`,
    `  data ${files.json}`,
  ].join('\n');

const written = async (folder: string, report: PeriodReport): Promise<{ readonly json: string; readonly page: string }> => {
  await mkdir(folder, { recursive: true });
  const name = `${report.kind}-${report.accountId}-${report.to}`;
  const files = { json: join(folder, `${name}.json`), page: join(folder, `${name}.html`) };
  await Promise.all([writeFile(files.json, `${JSON.stringify(report, null, 2)}\n`), writeFile(files.page, renderPeriodPage(report))]);
  return files;
};

/** What a day, a week or any other period brought, and why. */
export const registerReport: RegisterCommand = (program, config) => {
  const report = program.command('report').description('what a period brought and why: profit, attribution, shadow trading');
  const register = (kind: PeriodReport['kind'], description: string) =>
    report
      .command(kind)
      .description(description)
      .option('--account <id>', 'which account', RUN_DEFAULTS.account)
      .option('--run <run>', 'which run; the one that was recorded last without it')
      .option('--out <folder>', 'where the files go; var/reports/<state> without it')
      .option('--name <state>', 'which state: demo, up or another')
      .action(async (flags: ReportFlags, command) => {
        const output = outputOf(command, config);
        const state = findState(config.root, flags.name).name;
        const made = await withState(output, flags.name, ({ database }) =>
          withDatabase(database, AUDIT_SCHEMA, async (client) => {
            const last = await lastAccount(client, flags.account, flags.run);
            if (last === undefined)
              throw new CliError(
                EXIT.data,
                'NOTHING_RECORDED',
                `nothing is recorded of account '${flags.account}'${flags.run === undefined ? '' : ` in run '${flags.run}'`}`,
              );
            const { first, end } = daysOf(kind, flags, dayOf(utcDateOf(last.at), 'date'));
            const period = { accountId: flags.account, run: last.run, fromMs: first, untilMs: end + DAY_MS };
            const facts = await readPeriod(client, period);
            if (facts.closing === undefined)
              throw new CliError(
                EXIT.data,
                'NOTHING_RECORDED',
                `nothing is recorded of account '${flags.account}' until ${new Date(end).toISOString().slice(0, 10)}`,
              );
            const composed = composePeriodReport(kind, facts, sectorOf);
            return { report: composed, files: await written(flags.out ?? join(config.root, 'var/reports', state), composed) };
          }),
        );
        output.result({ ...made.report, files: made.files }, () => spoken(made.report, made.files));
      });
  register('daily', 'one day').option('--date <day>', 'which day, UTC; the last recorded one without it');
  register('weekly', 'Monday to Sunday').option('--date <day>', 'a day of the week, UTC; the last recorded one without it');
  register('period', 'any days')
    .requiredOption('--from <day>', 'first day, UTC')
    .option('--to <day>', 'last day; the last recorded one without it');
};
