/** What both the demo's report and the backtest's tell. */
export interface Outcome {
  readonly barsReplayed: number;
  readonly ordersHash: string;
  readonly orders: number;
  readonly fills: number;
  readonly equityEnd: unknown;
  readonly fees: unknown;
  readonly audit: { readonly verified: boolean; readonly records: number; readonly head: string } | null;
}

export interface Finding {
  readonly rule: string;
  readonly holds: boolean;
  readonly detail: string;
}

/** Whether a run under fire ended like the undisturbed backtest: no order lost, none twice, the same money, an unbroken record. */
export function verdict(under: Outcome, expected: Outcome, kills: ReadonlyMap<string, number>, killsMin: number): Finding[] {
  const equal = (rule: string, left: unknown, right: unknown): Finding => {
    const [one, other] = [JSON.stringify(left), JSON.stringify(right)];
    return { rule, holds: one === other, detail: one === other ? String(one) : `${one}, the backtest has ${other}` };
  };
  const total = [...kills.values()].reduce((sum, count) => sum + count, 0);
  const spared = [...kills].filter(([, count]) => count === 0).map(([name]) => name);
  return [
    {
      rule: 'enough kills',
      holds: total >= killsMin,
      detail: `${total} of at least ${killsMin}: ${[...kills].map(([name, count]) => `${name} ${count}`).join(', ')}`,
    },
    {
      rule: 'nobody spared',
      holds: spared.length === 0,
      detail: spared.length === 0 ? `all ${kills.size} processes were killed` : spared.join(', '),
    },
    equal('every bar replayed', under.barsReplayed, expected.barsReplayed),
    equal('same orders, none lost, none twice', under.ordersHash, expected.ordersHash),
    equal('same number of orders', under.orders, expected.orders),
    equal('same number of fills', under.fills, expected.fills),
    equal('same equity to the cent', under.equityEnd, expected.equityEnd),
    equal('same fees', under.fees, expected.fees),
    {
      rule: 'audit chain verified',
      holds: under.audit !== null && under.audit.verified && under.audit.records > 0,
      detail: under.audit ? `${under.audit.records} records, head ${under.audit.head}` : 'no audit',
    },
  ];
}
