import type { AccountState } from '@tradewind/portfolio';
import type { Price } from '@tradewind/vocabulary';

import type { KnownAction } from './known-action.js';
import { dayOf } from './known-action.js';

/** An action is told again for so long at the most. */
const KEPT_DAYS = 120;

/** Actions that were told, by key; what was taken is remembered, so that it is not taken again. */
export type RememberedActions = Readonly<Record<string, KnownAction>>;

/** Of an account's state, where its bars stand and what was told. */
export interface ActionsSeen {
  readonly run: string;
  readonly sessionDay: number;
  readonly actions?: RememberedActions;
}

/** Of an account's state, what has prices in it. */
interface Priced<Bar, Market> {
  readonly account: AccountState;
  readonly lastBars: Readonly<Record<string, Bar>>;
  readonly actions?: RememberedActions;
  readonly markets?: Readonly<Record<string, Market>>;
}

/** Of the bars that come: an earlier history begins, as a replay of other dates does, and what the last one told is not of this one. */
export const isRewound = (state: ActionsSeen, run: string, at: KnownAction['from']): boolean =>
  run !== state.run && dayOf(at) < state.sessionDay;

/** Without what nobody will tell again, and, where an earlier history begins, without what another run told. */
export const keptActions = (state: ActionsSeen, run: string, at: KnownAction['from']): RememberedActions => {
  const { actions = {} } = state;
  const rewound = isRewound(state, run, at);
  const day = dayOf(at);
  const isKept = (action: KnownAction): boolean =>
    (!rewound || action.run === run) && (!action.taken || day - dayOf(action.from) <= KEPT_DAYS);
  const all = Object.entries(actions);
  const kept = all.filter(([, action]) => isKept(action));
  return kept.length === all.length ? actions : Object.fromEntries(kept);
};

/** The state after actions were taken: they are marked so, and the prices of their symbols are those without the dividend, or of the new shares. */
export const withTakenActions = <Bar extends { readonly close: Price }, Market>(
  state: Priced<Bar, Market>,
  keys: readonly string[],
  marks: Readonly<Record<string, Price>>,
  split: readonly string[],
): Priced<Bar, Market> => {
  const actions = { ...state.actions };
  for (const key of keys) {
    const action = actions[key];
    if (action !== undefined) actions[key] = { ...action, taken: true };
  }
  const lastBars = { ...state.lastBars };
  const positions = { ...state.account.positions };
  for (const [symbol, markPrice] of Object.entries(marks)) {
    const last = lastBars[symbol];
    if (last !== undefined) lastBars[symbol] = { ...last, close: markPrice };
    const held = positions[symbol];
    if (held !== undefined) positions[symbol] = { ...held, markPrice };
  }
  const markets = state.markets === undefined ? undefined : { ...state.markets };
  if (markets !== undefined) for (const symbol of split) delete markets[symbol];
  return { account: { ...state.account, positions }, lastBars, actions, ...(markets === undefined ? {} : { markets }) };
};
