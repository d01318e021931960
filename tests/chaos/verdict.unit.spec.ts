import { expect, it } from 'vitest';
import { type Outcome, verdict } from './verdict.js';

const good: Outcome = {
  barsReplayed: 10,
  ordersHash: 'a',
  orders: 3,
  fills: 2,
  equityEnd: '100.01',
  fees: '1.20',
  audit: { verified: true, records: 5, head: 'h' },
};
const kills = new Map([
  ['orders', 13],
  ['risk', 12],
]);
const broken = (changes: Partial<Outcome>, victims = kills): string[] =>
  verdict({ ...good, ...changes }, good, victims, 25)
    .filter(({ holds }) => !holds)
    .map(({ rule }) => rule);

it('finds nothing wrong with a run that ended like the backtest', () => {
  expect(broken({})).toEqual([]);
});

it.each([
  ['every bar replayed', { barsReplayed: 9 }],
  ['same orders, none lost, none twice', { ordersHash: 'b' }],
  ['same number of orders', { orders: 4 }],
  ['same number of fills', { fills: 1 }],
  ['same equity to the cent', { equityEnd: '100.00' }],
  ['same fees', { fees: '1.21' }],
  ['audit chain verified', { audit: { verified: false, records: 5, head: 'h' } }],
  ['audit chain verified', { audit: null }],
] as const)('sees: %s is broken', (rule, changes) => {
  expect(broken(changes)).toEqual([rule]);
});

it('does not accept a run that was left in peace', () => {
  expect(
    broken(
      {},
      new Map([
        ['orders', 24],
        ['risk', 0],
      ]),
    ),
  ).toEqual(['enough kills', 'nobody spared']);
});
