import { formatLogLine, isAtLeast, Platform, resetState, stateDirectory } from '@tradewind/local';
import { DEMO_PLAN, replayDataset } from '@tradewind/market';
import { readDemoSources } from '@tradewind/replay-files';

import { trainOn } from '../baseline-model.js';
import { outputOf, type RegisterCommand } from '../command-output.js';
import { CliError, EXIT } from '../exit-codes.js';
import { publishAsChampion } from '../model-publishing.js';
import { wholeNumber } from '../option-values.js';
import type { Output } from '../output.js';
import { withBus } from '../reach.js';
import { askPatiently } from '../requests.js';
import { DEMO_STATE, UP_STATE } from '../state-names.js';
import { RECORD_FEATURES, TICK_FEATURES } from '../tick-features.js';

interface UpFlags {
  readonly name: string;
  readonly partitions: number;
  readonly paceMs: number;
  readonly feed: string;
  readonly symbols: string;
  readonly interval: string;
}

/** Feeds that are no sources. */
const REPLAY = 'replay';
const NONE = 'none';
const SIMULATED = 'simulated';

/** Settings of market-data and features for the feed that was asked for. What stands in the environment goes to the services by itself. */
const settingsOf = ({ feed, symbols, interval }: UpFlags, environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> =>
  feed === REPLAY || feed === NONE
    ? {}
    : {
        TW_MARKET_DATA_FEED: feed,
        TW_MARKET_DATA_SYMBOLS: symbols,
        TW_MARKET_DATA_INTERVAL: interval,
        TW_FEATURES_SET: (environment['TW_MARKET_DATA_RECORDS'] ?? '') === '' ? TICK_FEATURES : RECORD_FEATURES,
      };

const DAY_MS = 86_400_000;
const FEED_RUN = 'feed';

/** Resolves with Ctrl-C or SIGTERM; rejects when the platform can't go on. */
const untilEnded = (platform: Platform): Promise<void> =>
  new Promise((resolve, reject) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
    platform.once('failed', reject);
  });

const beginFeed = async (platform: Platform, output: Output, flags: UpFlags): Promise<void> => {
  await withBus(platform.natsUrl, async (bus) => {
    const listed = await askPatiently(bus, 'inference.list', {});
    if (listed.versions.length === 0) {
      output.news('training', {}, 'no model is registered: training and publishing the baseline');
      await publishAsChampion(bus, trainOn(replayDataset(DEMO_PLAN, await readDemoSources())), 'tradewind up', 'first model of this state');
    }
    if (flags.feed === SIMULATED)
      output.news(
        'feed',
        { feed: flags.feed, symbols: flags.symbols },
        `the feed is simulated: no market makes the prices of ${flags.symbols}`,
      );
    else if (flags.feed !== REPLAY && flags.feed !== NONE)
      output.news('feed', { feed: flags.feed, symbols: flags.symbols }, `the feed is ${flags.feed}`);
    if (flags.feed !== REPLAY) return;
    const started = await askPatiently(bus, 'market.replay-start', { run: FEED_RUN, mode: 'paced', paceMs: flags.paceMs, stepLimit: 0n });
    output.news(
      'feed',
      { run: started.run, resumed: started.resumed, paceMs: flags.paceMs },
      `a replay is the feed: a day every ${flags.paceMs} ms, ${started.resumed ? 'going on where it was' : 'from its beginning'}`,
    );
  });
};

export const registerUp: RegisterCommand = (program, config) => {
  program
    .command('up')
    .description('start everything and stay, with a live feed; Ctrl-C stops, the state is kept')
    .option('--name <state>', 'keep the state in var/<state>', UP_STATE)
    .option('--partitions <n>', 'partitions of the bus', wholeNumber(1, 64), 1)
    .option('--pace-ms <ms>', 'replay: time from one day of the feed to the next', wholeNumber(1, DAY_MS), 1_000)
    .option(
      '--feed <sources>',
      'sources of the live feed, the best first; `replay` for a replay of daily bars, `none` for no feed',
      SIMULATED,
    )
    .option('--symbols <list>', 'symbols of the live feed, comma-separated', 'SPY,QQQ,AAPL,TSLA,NVDA')
    .option('--interval <length>', 'interval of the bars made of the live ticks', '10s')
    .action(async (flags: UpFlags, command) => {
      const output = outputOf(command, config);
      const platform = await Platform.start({
        root: config.root,
        name: flags.name,
        mode: 'realtime',
        partitions: flags.partitions,
        settings: settingsOf(flags, config.environment),
        environment: config.environment,
        onProgress: (text) => output.news('up', { text }, text),
        onLog: (line) => {
          if (isAtLeast(line.level, 'info')) output.news('log', { ...line }, formatLogLine(line, config.colour));
        },
      });
      const ended = untilEnded(platform);
      try {
        await beginFeed(platform, output, flags);
        output.result(
          { name: flags.name, nats: platform.natsUrl, pids: platform.pids, logs: `${stateDirectory(config.root, flags.name)}/logs` },
          () => `Tradewind is up (var/${flags.name}, NATS at ${platform.natsUrl}). Ctrl-C stops it.`,
        );
        await ended;
        output.news('stopping', {}, 'stopping');
      } finally {
        await platform.stop();
      }
    });
};

export const registerReset: RegisterCommand = (program, config) => {
  program
    .command('reset')
    .description('delete the state of demo and up')
    .argument('[state...]', 'states to delete', [DEMO_STATE, UP_STATE])
    .action((states: readonly string[], _flags: object, command) => {
      const output = outputOf(command, config);
      for (const name of states) {
        if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(name)) throw new CliError(EXIT.usage, 'STATE_NAME', `'${name}' is not the name of a state`);
        resetState(config.root, name);
      }
      output.result({ deleted: states }, () => states.map((name) => `deleted the state "${name}"`).join('\n'));
    });
};
