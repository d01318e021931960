import { parseArgs } from 'node:util';

import { money } from '@tradewind/vocabulary';

import { twsContract, TwsServer } from './tws/index.js';

/**
 * A TWS of its own process, so that it can be stopped, frozen and killed as one is:
 * `tws-process.js --port 4002 --cash 100000 --quote AAPL=100:100.1 --quote MSFT=50:50.05`. It says where it listens on its output and to its parent, obeys
 * what the parent sends, and ends with it. Its account lives in it: killed, IB is gone too.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    cash: { type: 'string', default: '100000' },
    account: { type: 'string', default: 'DU1234567' },
    quote: { type: 'string', multiple: true, default: ['AAPL=100:100.1'] },
  },
});

/** What the parent may send. */
type Command =
  | { readonly do: 'quote'; readonly symbol: string; readonly bid: string; readonly ask: string; readonly size?: string }
  | { readonly do: 'restart'; readonly afterMs: number }
  | {
      readonly do:
        | 'stop'
        | 'listen'
        | 'cut'
        | 'drop'
        | 'silence'
        | 'duplicate'
        | 'hold'
        | 'release'
        | 'reverse'
        | 'expireLogin'
        | 'login'
        | 'loseIB'
        | 'findIB';
    };

const QUOTE = /^([A-Z0-9 ]{1,12})=(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)$/;
const FIRST_CONTRACT = 100_000;

const quotes = values.quote.map((text) => {
  const match = QUOTE.exec(text);
  if (match === null) throw new RangeError(`--quote must be SYMBOL=BID:ASK, not ${text}`);
  return { symbol: match[1]!, bid: match[2]!, ask: match[3]! };
});
const server = new TwsServer({
  contracts: quotes.map(({ symbol }, index) => twsContract({ conId: FIRST_CONTRACT + index, symbol })),
  port: Number(values.port),
  accounts: [values.account],
  trading: { openingCash: money(values.cash) },
});

const { announcer } = server.trading.desk;
const obey = async (command: Command): Promise<void> => {
  switch (command.do) {
    case 'quote':
      return server.trading.quote(command.symbol, command.bid, command.ask, command.size);
    case 'restart':
      await server.stop();
      setTimeout(() => void server.listen(), command.afterMs);
      return undefined;
    case 'stop':
      return server.stop();
    case 'listen':
      return server.listen();
    case 'cut':
      return server.dropInMidMessage();
    case 'drop':
      return server.dropConnections();
    case 'silence':
      return server.silenceConnections();
    case 'duplicate':
      announcer.duplicate = true;
      return undefined;
    case 'hold':
      return announcer.hold();
    case 'release':
      return announcer.release('SAME');
    case 'reverse':
      return announcer.release('REVERSED');
    case 'expireLogin':
      return server.expireLogin();
    case 'login':
      return server.login();
    case 'loseIB':
      return server.loseConnectivity();
    case 'findIB':
      return server.restoreConnectivity('maintained');
  }
};

await server.listen();
for (const { symbol, bid, ask } of quotes) server.trading.quote(symbol.replaceAll(' ', '-'), bid, ask);
process.stdout.write(`TWS listens on port ${server.port}\n`);
process.send?.({ port: server.port });
process.on('message', (command: Command) => void obey(command));
process.on('disconnect', () => process.exit(0));
