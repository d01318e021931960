import type { Bar } from '@tradewind/market';
import type { Symbol } from '@tradewind/vocabulary';

import type { Said } from './rehearsal.js';

export interface Rule {
  readonly rule: string;
  readonly holds: boolean;
  readonly detail: string;
}

const valuesOf = ({ open, high, low, close, volume }: Bar): string => [open, high, low, close, volume].join(' ');

interface Count {
  lost: number;
  doubled: number;
  disordered: number;
  changed: number;
}

const compare = (got: readonly Bar[], expected: readonly Bar[], count: Count): void => {
  const wanted = new Map(expected.map((bar) => [bar.id, bar]));
  const seen = new Set<string>();
  let last = 0n;
  for (const bar of got) {
    if (seen.has(bar.id)) count.doubled += 1;
    else if (bar.closeTime <= last) count.disordered += 1;
    seen.add(bar.id);
    last = bar.closeTime;
    const original = wanted.get(bar.id);
    if (original === undefined || valuesOf(original) !== valuesOf(bar)) count.changed += 1;
  }
  count.lost += expected.filter(({ id }) => !seen.has(id)).length;
};

/** Compares what the feed gave with what the market did, and the switches with those that were planned. */
export const verdict = (
  got: ReadonlyMap<Symbol, readonly Bar[]>,
  expected: ReadonlyMap<Symbol, readonly Bar[]>,
  said: readonly Said[],
  switchesPlanned: readonly string[],
): readonly Rule[] => {
  const count: Count = { lost: 0, doubled: 0, disordered: 0, changed: 0 };
  let total = 0;
  for (const [symbol, bars] of expected) {
    compare(got.get(symbol) ?? [], bars, count);
    total += bars.length;
  }
  const switches = said.flatMap(({ event }) => (event.kind === 'SWITCHED' ? [`${event.to} ${event.reason}`] : []));
  const toldLost = said.filter(({ event }) => event.kind === 'GAP_LOST').length;
  return [
    { rule: 'no bar is lost', holds: count.lost === 0, detail: `${count.lost} of ${total}` },
    { rule: 'no bar is doubled', holds: count.doubled === 0, detail: String(count.doubled) },
    { rule: 'the bars of a symbol are in order', holds: count.disordered === 0, detail: `${count.disordered} out of order` },
    { rule: 'every bar says what the market did', holds: count.changed === 0, detail: `${count.changed} differ` },
    { rule: 'no gap is given up', holds: toldLost === 0, detail: `${toldLost} told` },
    { rule: 'sources go and come back in order', holds: switches.join() === switchesPlanned.join(), detail: switches.join(', ') },
  ];
};
