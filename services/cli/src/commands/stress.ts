import {
  crossedScenario,
  freezeScenario,
  gapScenario,
  type Investment,
  recordedScenario,
  slideScenario,
  type StressReport,
  stressReport,
  type StressScenario,
  type StressSetting,
} from '@tradewind/backtest';
import { civilDate, DEMO_PLAN, type MarketStep, replayDataset } from '@tradewind/market';
import { PAPER_VENUE_DEFAULTS, paperVenue } from '@tradewind/orders';
import { readDemoSources, readDirectorySources } from '@tradewind/replay-files';
import { accountIdOf, money, utcDateOf } from '@tradewind/vocabulary';

import { outputOf, type RegisterCommand } from '../command-output.js';
import { CliError, EXIT } from '../exit-codes.js';
import { table } from '../output.js';
import { instrumentsBySymbol, readProfile, RUN_DEFAULTS } from '../run-context.js';

type Maker = (steps: readonly MarketStep[], investment: Investment) => StressScenario | undefined;

const recorded =
  (name: string, from: string, to: string): Maker =>
  (steps, investment) =>
    recordedScenario(name, steps, { from, to }, investment);

/** From the peak before the fall; the scripted ones after a year of calm. */
const SCENARIOS: Readonly<Record<string, { readonly what: string; readonly make: Maker }>> = {
  2008: { what: 'the recorded prices from 2007-10-09 to 2009-03-31', make: recorded('2008', '2007-10-09', '2009-03-31') },
  2020: { what: 'the recorded prices from 2020-02-19 to 2020-04-17', make: recorded('2020', '2020-02-19', '2020-04-17') },
  gap: { what: 'everything opens 10% lower', make: (_steps, investment) => gapScenario(investment) },
  slide: { what: 'everything falls by 4% a day for five days', make: (_steps, investment) => slideScenario(investment) },
  freeze: { what: 'one symbol is silent for three days and opens 30% lower', make: (_steps, investment) => freezeScenario(investment) },
  crossed: { what: 'every book is crossed for five days while prices slide', make: (_steps, investment) => crossedScenario(investment) },
};

interface StressFlags {
  readonly profile: string;
  readonly data?: string;
}

const stepsOf = async (data: string | undefined): Promise<readonly MarketStep[]> => {
  if (data === undefined) return replayDataset(DEMO_PLAN, await readDemoSources()).steps;
  const plan = { name: 'directory', tradingFrom: civilDate(DEMO_PLAN.tradingFrom), warmUpSessions: 260 };
  return replayDataset(plan, await readDirectorySources(data)).steps;
};

const percent = (fraction: number): string => `${(fraction * 100).toFixed(2)}%`;

const shown = (report: StressReport, scenario: StressScenario) => {
  const dateOf = (step: number): string => utcDateOf(scenario.steps[step]!.at);
  return {
    scenario: report.name,
    profile: report.profile,
    from: dateOf(scenario.warmUpSteps),
    to: dateOf(scenario.steps.length - 1),
    loss: { withBreakers: report.withBreakers.loss, without: report.withoutBreakers.loss },
    worstLoss: { withBreakers: report.withBreakers.worstLoss, without: report.withoutBreakers.worstLoss },
    maximumDrawdown: { withBreakers: report.withBreakers.maximumDrawdown, without: report.withoutBreakers.maximumDrawdown },
    status: report.withBreakers.status,
    fired: Object.entries(report.firstFired).map(([rule, step]) => {
      const found = report.actions.find(({ action }) => action.rule === rule && action.action !== 'RESUME')!;
      return { rule, action: found.action.action, date: dateOf(step), measured: found.action.measured, limit: found.action.limit };
    }),
  };
};
type Shown = ReturnType<typeof shown>;

const spoken = (reports: readonly Shown[]): string => {
  const rows = reports.map((each) => [
    each.scenario,
    `${each.from} to ${each.to}`,
    percent(each.loss.without),
    percent(each.loss.withBreakers),
    percent(each.worstLoss.without),
    percent(each.worstLoss.withBreakers),
    each.status,
  ]);
  const head = ['scenario', 'days', 'loss without', 'with breakers', 'worst without', 'worst with', 'then'];
  const fired = reports.flatMap(({ scenario, fired: rules }) => [
    `${scenario}:`,
    ...(rules.length === 0 ? ['  no breaker fired'] : []),
    ...rules.map(
      ({ rule, action, date, measured, limit }) => `  ${date}  ${rule} ${action}, measured ${measured.toPrecision(3)} against ${limit}`,
    ),
  ]);
  return [table(head, rows), '', 'what fired first', ...fired].join('\n');
};

/** What a profile's breakers are worth when it matters. */
export const registerStress: RegisterCommand = (program, config) => {
  program
    .command('stress [scenario...]')
    .description('what an account would have lost with and without the breakers of a profile')
    .option('--profile <name>', 'demo, paper, trial or live', 'live')
    .option('--data <folder>', 'folder of <SYMBOL>.csv for 2008 and 2020; the demo’s prices without it')
    .addHelpText(
      'after',
      `\nScenarios (all of them without one):\n${Object.entries(SCENARIOS)
        .map(([name, { what }]) => `  ${name.padEnd(8)} ${what}`)
        .join('\n')}`,
    )
    .action(async (names: readonly string[], flags: StressFlags, command) => {
      const unknown = names.find((name) => SCENARIOS[name] === undefined);
      if (unknown !== undefined)
        throw new CliError(
          EXIT.usage,
          'SCENARIO_UNKNOWN',
          `there is no scenario '${unknown}'`,
          `there are ${Object.keys(SCENARIOS).join(', ')}`,
        );
      const instruments = instrumentsBySymbol();
      const openingCash = money(RUN_DEFAULTS.openingCash);
      const setting: StressSetting = {
        accountId: accountIdOf(RUN_DEFAULTS.account),
        currency: RUN_DEFAULTS.currency,
        openingCash,
        profile: await readProfile(config.root, flags.profile),
        instruments,
        venue: paperVenue({ ...PAPER_VENUE_DEFAULTS, instruments }),
      };
      const steps = await stepsOf(flags.data);
      const reports = (names.length === 0 ? Object.keys(SCENARIOS) : names).map((name) => {
        const scenario = SCENARIOS[name]!.make(steps, { openingCash, instruments });
        if (scenario === undefined) throw new CliError(EXIT.data, 'NO_DATA', `the data has no days of the scenario '${name}'`);
        return shown(stressReport(scenario, setting), scenario);
      });
      outputOf(command, config).result(reports, () => spoken(reports));
    });
};
