import { readFileSync } from 'node:fs';

import { INSTRUMENTS } from '@tradewind/market';
import { executeBars, initialOrders, joinBars, PAPER_VENUE_DEFAULTS, paperVenue, placeIntents } from '@tradewind/orders';
import type { ExecutionsReported, OrderEvent, OrdersPlaced, OrdersState } from '@tradewind/orders';
import { decideStep, initialRisk, intentsOf, joinDecisions, NO_HISTORY, parseRiskProfile } from '@tradewind/risk';
import type { RiskState, VerdictsReached } from '@tradewind/risk';
import { accountIdOf, money } from '@tradewind/vocabulary';

import type { StepInputs } from './market.js';

export const ACCOUNT = accountIdOf('paper-1');
const instruments = Object.fromEntries(INSTRUMENTS.map((entry) => [entry.symbol, entry]));
const profile = parseRiskProfile(JSON.parse(readFileSync(new URL('../../risk/profiles/demo.json', import.meta.url), 'utf8')));
export const noOrders = (): OrdersState => initialOrders({ accountId: ACCOUNT, currency: 'USD', openingCash: money('100000') });
export const noRisk = (): RiskState => initialRisk({ accountId: ACCOUNT });

interface World {
  readonly orders: OrdersState;
  readonly risk: RiskState;
}

/** What the pure stages say, with no bus, no database and no crash. */
export const purely = (inputs: readonly StepInputs[], start: World = { orders: noOrders(), risk: noRisk() }) => {
  const venue = paperVenue({ ...PAPER_VENUE_DEFAULTS, instruments });
  let { orders, risk } = start;
  const executions: ExecutionsReported[] = [];
  const verdicts: VerdictsReached[] = [];
  const placed: OrdersPlaced[] = [];
  for (const step of inputs) {
    const joined = joinBars(step.bars);
    const executed = executeBars(orders, { ...joined, ticks: step.ticks ?? [] }, venue);
    const decided = decideStep(risk, joinDecisions(step.decisions, executed.report, { bars: joined.bars, history: NO_HISTORY }), {
      profile,
      instruments,
    });
    const done = placeIntents(
      executed.state,
      {
        header: decided.reached.header,
        intents: intentsOf(decided.reached),
        status: decided.reached.state.status,
        final: decided.reached.final,
      },
      venue,
    );
    orders = done.state;
    risk = decided.state;
    executions.push(executed.report);
    verdicts.push(decided.reached);
    placed.push(done.placed);
  }
  return { orders, risk, executions, verdicts, placed };
};

export const inOrder = (executions: readonly ExecutionsReported[], placed: readonly OrdersPlaced[]): readonly OrderEvent[] =>
  executions.flatMap((report, index) => [...report.events, ...(placed[index]?.events ?? [])]);
