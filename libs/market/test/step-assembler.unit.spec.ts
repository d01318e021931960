import { decodeState, encodeState, isoFromNanos, partitionOf, price, quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  type AssembledPart,
  barInterval,
  CTA_SALES,
  EVERY_SALE,
  nyseCalendar,
  type StepAssemblerState,
  stepAssembler,
  type StepAssemblyPlan,
  type Tick,
  tradingHours,
  tsxCalendar,
} from '../src/index.js';
import { instant, newYork, quote, SPY, trade } from './bars/market-ticks.js';

const AIG = symbolOf('AIG');
const REGULAR = { hours: tradingHours(nyseCalendar, 'REGULAR'), sales: EVERY_SALE };
const plan = (changes: Partial<StepAssemblyPlan> = {}): StepAssemblyPlan => ({
  symbols: [
    { symbol: SPY, ...REGULAR },
    { symbol: AIG, ...REGULAR },
  ],
  interval: barInterval('1m'),
  barsFrom: 'trades',
  partitions: 1,
  graceMs: 0,
  clock: 'EVENTS',
  aheadMsMax: 60_000,
  chunkPricesMax: 1_000,
  chunkSpanMsMax: 100_000,
  eventsRemembered: 1_000,
  source: 'test',
  ...changes,
});

const time = (at: UnixNanos): string => isoFromNanos(at).slice(11, 19);
/** E.g. `ticks 0/0/0 SPY@13:30:00` and `step 0 13:31:00 SPY`. */
const shown = (parts: readonly AssembledPart[]): readonly string[] =>
  parts.map((part) =>
    part.kind === 'ticks'
      ? `ticks ${part.step}/${part.partition}/${part.chunk} ${part.ticks.map((tick) => `${tick.symbol}@${time(tick.at)}`).join(' ')}`
      : `step ${part.step} ${time(part.at)} ${part.bars.map((bar) => bar.symbol).join(' ')}`.trim(),
  );
const at = (clock: string, symbol = SPY, sequence = 0): Tick => trade(newYork(clock), '100', '1', { symbol, sequence });
const run = (changes: Partial<StepAssemblyPlan>, ticks: readonly Tick[]): readonly AssembledPart[] => {
  const assembler = stepAssembler(plan(changes));
  return [...ticks.flatMap((tick) => assembler.accept([tick])), ...assembler.finish()];
};

describe('steps', () => {
  it('come after their ticks, one for each instant with the bars of all symbols in order', () => {
    expect(shown(run({}, [at('09:30:10'), at('09:30:20', AIG), at('09:31:30')]))).toEqual([
      'ticks 0/0/0 SPY@13:30:10 AIG@13:30:20',
      'step 0 13:31:00 AIG SPY',
      'ticks 1/0/0 SPY@13:31:30',
      'step 1 13:32:00 SPY',
    ]);
  });

  it('come for every interval of an open session, traded or not, and for none while it is shut', () => {
    const parts = run({ interval: barInterval('1h') }, [at('09:30:10'), trade(instant('2013-10-08T14:30:00Z'), '100', '1')]);
    const ends = ['14:00', '15:00', '16:00', '17:00', '18:00', '19:00', '20:00', '14:00', '15:00'];
    expect(shown(parts).filter((part) => part.startsWith('step'))).toEqual(
      ends.map((end, step) => `step ${step} ${end}:00${step === 0 || step === 8 ? ' SPY' : ''}`),
    );
  });

  it('wait for the grace; ticks of the next interval wait with them, so that no feature sees beyond its bar', () => {
    expect(shown(run({ graceMs: 2_000 }, [at('09:30:10'), at('09:31:01'), at('09:30:50'), at('09:31:02')]))).toEqual([
      'ticks 0/0/0 SPY@13:30:10 SPY@13:30:50',
      'step 0 13:31:00 SPY',
      'ticks 1/0/0 SPY@13:31:01 SPY@13:31:02',
      'step 1 13:32:00 SPY',
    ]);
  });

  it('end with the clock when no tick does it', () => {
    const assembler = stepAssembler(plan({ clock: 'TOLD' }));
    assembler.advanceTo(newYork('09:30:00'));
    assembler.accept([at('09:30:10')]);
    expect(shown(assembler.advanceTo(newYork('09:32:30')))).toEqual(['ticks 0/0/0 SPY@13:30:10', 'step 0 13:31:00 SPY', 'step 1 13:32:00']);
  });

  it('of days end one by one where one exchange closes before the other', () => {
    const symbols = [
      { symbol: SPY, ...REGULAR },
      { symbol: symbolOf('RY-TO'), sales: EVERY_SALE, hours: tradingHours(tsxCalendar, 'REGULAR') },
    ];
    const thanksgivingFriday = [
      trade(instant('2013-11-29T15:00:00Z'), '1', '1'),
      trade(instant('2013-11-29T15:00:00Z'), '1', '1', { symbol: symbolOf('RY-TO') }),
      trade(instant('2013-11-29T19:00:00Z'), '1', '1', { symbol: symbolOf('RY-TO') }),
    ];
    expect(shown(run({ symbols, interval: barInterval('1d') }, thanksgivingFriday)).filter((part) => part.startsWith('step'))).toEqual([
      'step 0 18:00:00 SPY',
      'step 1 21:00:00 RY-TO',
    ]);
  });

  it('of counted bars end with the trade that fills one, after the ticks up to it', () => {
    const parts = run({ interval: barInterval('tick-2'), graceMs: 1_000 }, [
      at('09:30:10'),
      at('09:30:11'),
      at('09:30:12'),
      at('09:30:11', AIG),
    ]);
    expect(shown(parts)).toEqual([
      'ticks 0/0/0 SPY@13:30:10 SPY@13:30:11 AIG@13:30:11',
      'step 0 13:30:11 SPY',
      'ticks 1/0/0 SPY@13:30:12',
      'step 1 20:00:00 AIG SPY',
    ]);
  });
});

describe('closing prints', () => {
  const sales = { hours: REGULAR.hours, sales: CTA_SALES };
  const print = (clock: string): Tick => trade(newYork(clock), '101', '9', { conditions: ['6'] });

  it('are told with the step that ends the session, which waits for them', () => {
    const changes = { symbols: [{ symbol: SPY, ...sales }], closingMs: 60_000, graceMs: 1_000 };
    const parts = run(changes, [at('15:59:10'), print('16:00:07')]);
    expect(shown(parts)).toEqual(['ticks 0/0/0 SPY@19:59:10 SPY@20:00:07', 'step 0 20:00:00 SPY']);
    expect(parts.at(-1)).toMatchObject({ bars: [{ close: price('101'), volume: quantity('10') }], faults: [] });
  });

  it.each(['1m', 'tick-1'])('hold up the steps of other exchanges after it, so that steps of %s stay in order', (interval) => {
    const RY = symbolOf('RY-TO');
    const symbols = [
      { symbol: SPY, ...sales },
      { symbol: RY, sales: EVERY_SALE, hours: tradingHours(tsxCalendar, 'REGULAR') },
    ];
    const assembler = stepAssembler(plan({ symbols, interval: barInterval(interval), closingMs: 300_000 }));
    const ticks = [
      trade(instant('2013-11-29T17:59:30Z'), '1', '1'),
      trade(instant('2013-11-29T18:01:30Z'), '1', '1', { symbol: RY }),
      trade(instant('2013-11-29T18:03:00Z'), '1', '1', { conditions: ['6'] }),
      trade(instant('2013-11-29T18:04:59Z'), '1', '1', { symbol: RY }),
    ];
    const early = assembler.accept(ticks).filter((part) => part.kind === 'step' && part.at > instant('2013-11-29T17:59:59Z'));
    expect(early).toEqual([]);
    const steps = assembler.advanceTo(instant('2013-11-29T18:05:00.000Z')).filter((part) => part.kind === 'step');
    const told = steps
      .filter((step) => step.bars.length > 0)
      .map((step) => `${time(step.at)} ${step.bars.map((bar) => bar.symbol).join(' ')}`);
    expect(told).toEqual(
      interval === '1m' ? ['18:00:00 SPY', '18:02:00 RY-TO', '18:05:00 RY-TO'] : ['17:59:59 SPY', '18:01:30 RY-TO', '18:04:59 RY-TO'],
    );
  });
});

describe('chunks', () => {
  it('are told when they are full, counted in each step and partition', () => {
    const parts = run({ chunkPricesMax: 2, partitions: 2 }, [
      at('09:30:10'),
      at('09:30:11'),
      at('09:30:12'),
      at('09:30:13', AIG),
      at('09:31:10'),
    ]);
    const [spy, aig] = [partitionOf(SPY, 2), partitionOf(AIG, 2)];
    expect(spy).not.toBe(aig);
    expect(shown(parts)[0]).toBe(`ticks 0/${spy}/0 SPY@13:30:10 SPY@13:30:11`);
    expect(shown(parts).slice(1, 3).toSorted()).toEqual([`ticks 0/${spy}/1 SPY@13:30:12`, `ticks 0/${aig}/0 AIG@13:30:13`].toSorted());
    expect(shown(parts).slice(3)).toEqual(['step 0 13:31:00 AIG SPY', `ticks 1/${spy}/0 SPY@13:31:10`, 'step 1 13:32:00 SPY']);
  });

  it('are told when the clock is far enough beyond their first tick', () => {
    const assembler = stepAssembler(plan({ chunkSpanMsMax: 500 }));
    expect(assembler.accept([at('09:30:10'), at('09:30:10.499')])).toEqual([]);
    expect(shown(assembler.accept([at('09:30:10.500')]))).toEqual(['ticks 0/0/0 SPY@13:30:10 SPY@13:30:10']);
  });

  it('carry quotes and trades alike, in the order of their arrival', () => {
    const assembler = stepAssembler(plan());
    const ticks = [quote(newYork('09:30:10'), '10', '11'), at('09:30:09'), at('09:30:11')];
    expect(assembler.accept([...ticks, at('09:31:00')])[0]).toMatchObject({ kind: 'ticks', ticks });
  });
});

describe('faults', () => {
  const faultsOf = (parts: readonly AssembledPart[]): readonly string[] =>
    parts.flatMap((part) => (part.kind === 'step' ? part.faults.map((fault) => `${part.step} ${fault.symbol} ${fault.code}`) : []));

  it('name a late tick once a step; it is told to features, but its bar stands', () => {
    const parts = run({}, [at('09:30:10'), at('09:31:00'), at('09:30:30'), at('09:30:31')]);
    expect(faultsOf(parts)).toEqual(['1 SPY TICK_LATE']);
    expect(shown(parts)[2]).toBe('ticks 1/0/0 SPY@13:31:00 SPY@13:30:30 SPY@13:30:31');
    expect(parts.at(-1)).toMatchObject({ faults: [{ rule: "a tick must come within 0 ms of its bar's end (2 times)", dropped: true }] });
  });

  it('name a repeated tick, which is not told again', () => {
    const parts = run({}, [at('09:30:10', SPY, 1), at('09:30:10', SPY, 1)]);
    expect(shown(parts)).toEqual(['ticks 0/0/0 SPY@13:30:10', 'step 0 13:31:00 SPY']);
    expect(faultsOf(parts)).toEqual(['0 SPY TICK_DUPLICATE']);
  });

  it('name a price that is none', () => {
    expect(faultsOf(run({}, [at('09:30:10'), { ...trade(newYork('09:30:11'), '0', '1') }]))).toEqual(['0 SPY TICK_PRICE_INVALID']);
  });

  it('name a tick that is ahead of the clock, and leave the clock alone', () => {
    const assembler = stepAssembler(plan({ clock: 'TOLD' }));
    assembler.advanceTo(newYork('09:30:00'));
    expect(assembler.accept([at('09:40:00'), at('09:30:10')])).toEqual([]);
    const parts = assembler.advanceTo(newYork('09:31:00'));
    expect(shown(parts)).toEqual(['ticks 0/0/0 SPY@13:30:10', 'step 0 13:31:00 SPY']);
    expect(faultsOf(parts)).toEqual(['0 SPY TICK_AHEAD']);
  });

  it('are not for symbols outside the plan, nor for ticks before the clock: those are errors of the caller', () => {
    expect(() => stepAssembler(plan()).accept([at('09:30:10', symbolOf('MSFT'))])).toThrow(RangeError);
    expect(() => stepAssembler(plan({ clock: 'TOLD' })).accept([at('09:30:10')])).toThrow(RangeError);
  });
});

describe('an assembler that is saved', () => {
  const ticks = Array.from({ length: 120 }, (_, index) =>
    trade(newYork(`09:3${Math.floor(index / 30)}:${10 + (index % 30)}`), String(100 + (index % 9)), '3', {
      symbol: index % 3 === 0 ? AIG : SPY,
      sequence: index + 1,
    }),
  );

  it.each(['1m', 'tick-4', 'volume-10'])('goes on in the middle of a step of %s as if it had not been', (interval) => {
    const changes = { interval: barInterval(interval), graceMs: 1_500, chunkPricesMax: 7, partitions: 2 };
    let assembler = stepAssembler(plan(changes));
    const parts = ticks.flatMap((tick) => {
      const told = assembler.accept([tick]);
      assembler = stepAssembler(plan(changes), decodeState<StepAssemblerState>(JSON.parse(JSON.stringify(encodeState(assembler.save())))));
      return told;
    });
    expect([...parts, ...assembler.finish()]).toEqual(run(changes, ticks));
  });
});

describe('any stream', () => {
  const arrivals = fc.array(
    fc.record({
      second: fc.integer({ min: 0, max: 240 }),
      aig: fc.boolean(),
      cents: fc.integer({ min: 9_900, max: 10_100 }),
      lateMs: fc.integer({ min: 0, max: 4_000 }),
      kind: fc.constantFrom('trade', 'trade', 'quote'),
    }),
    { minLength: 1, maxLength: 80 },
  );

  it('gives the same parts however it is cut, each tick once, chunks before their step, steps without gaps, no tick before its step is over', () => {
    fc.assert(
      fc.property(arrivals, fc.constantFrom('5s', '1m', 'tick-5', 'volume-9'), fc.integer({ min: 1, max: 20 }), (rows, interval, cut) => {
        const ticks = rows
          .map(({ second, aig, cents, lateMs, kind }, index) => {
            const eventAt = (newYork('09:31:00') + BigInt(second) * 1_000_000_000n) as UnixNanos;
            const origin = { symbol: aig ? AIG : SPY, sequence: index + 1 };
            const tick = kind === 'trade' ? trade(eventAt, (cents / 100).toFixed(2), '2', origin) : quote(eventAt, '99', '101', origin);
            return { tick, arrival: Number(eventAt / 1_000_000n) + lateMs };
          })
          .toSorted((left, right) => left.arrival - right.arrival)
          .map(({ tick }) => tick);
        const changes = { interval: barInterval(interval), graceMs: 5_000, chunkPricesMax: 6, partitions: 3 };
        const one = run(changes, ticks);
        const assembler = stepAssembler(plan(changes));
        const cutParts: AssembledPart[] = [];
        for (let from = 0; from < ticks.length; from += cut) cutParts.push(...assembler.accept(ticks.slice(from, from + cut)));
        expect([...cutParts, ...assembler.finish()]).toEqual(one);

        let step = 0;
        let before = 0n;
        for (const part of one) {
          expect(part.step).toBe(step);
          if (part.kind === 'ticks') {
            for (const tick of part.ticks) {
              expect(partitionOf(tick.symbol, 3)).toBe(part.partition);
              expect(tick.at >= before || interval.includes('-')).toBe(true);
            }
            continue;
          }
          expect(part.faults).toEqual([]);
          expect(part.at > before).toBe(true);
          before = part.at;
          step += 1;
        }
        const told = one.flatMap((part) => (part.kind === 'ticks' ? part.ticks : []));
        expect(told.map(({ sequence }) => sequence).toSorted((left, right) => left - right)).toEqual(ticks.map((_, index) => index + 1));
        const traded = ticks.reduce((sum, tick) => sum + (tick.kind === 'trade' ? tick.quantity : 0n), 0n);
        expect(one.flatMap((part) => (part.kind === 'step' ? part.bars : [])).reduce((sum, bar) => sum + bar.volume, 0n)).toBe(traded);
      }),
      { numRuns: 150, seed: 7 },
    );
  });
});
