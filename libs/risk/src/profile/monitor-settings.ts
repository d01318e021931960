import { choice, count, group, limitOrOff, ratio } from './fields.js';
import type { Ratio } from './ratio.js';

/** A history holds 260 bars; a return needs one more bar. */
const WINDOW_BARS_MAX = 250;
const WINDOW_BARS_MIN = 20;
const SHORT_BARS_MIN = 5;

const episode = (meaning: string) =>
  group(
    {
      limit: ratio({ max: '1' }, 'Drawdown from the peak that trips it.'),
      rearm: ratio({ max: '1' }, 'Drawdown at which its effect ends and it may fire again.'),
    },
    meaning,
  );
const loss = (meaning: string) => group({ limit: ratio({ max: '1' }, 'Loss that trips it, of the equity at the start.') }, meaning);
const bars = count(WINDOW_BARS_MAX, 'Bars that it is estimated from; with fewer it says nothing.', WINDOW_BARS_MIN);
const shortBars = count(WINDOW_BARS_MAX, 'Latest bars.', SHORT_BARS_MIN);
const longBars = count(WINDOW_BARS_MAX, 'Bars before them that they are compared with.', WINDOW_BARS_MIN);

export const BREAKERS = group(
  {
    drawdownReduce: episode('Halves every position, and new sizes while it lasts.'),
    drawdownClose: episode('Closes everything and halts.'),
    dailyLoss: loss('Halves positions and refuses entries until the next session.'),
    weeklyLoss: loss('Closes everything and refuses entries until the next week.'),
    valueAtRisk: limitOrOff(
      group(
        {
          measure: choice(['VAR', 'CVAR'], 'Value at risk, or the mean loss beyond it.'),
          method: choice(
            ['HISTORICAL', 'PARAMETRIC', 'CORNISH_FISHER'],
            'How it is estimated from the returns that the present positions would have had.',
          ),
          confidence: ratio({ min: '0.9', max: '0.999' }, 'Confidence.'),
          bars,
          horizonBars: count(2_000, 'Bars that the loss is meant over, by the square root of time; with daily bars 1 is a day.'),
          limit: ratio({ max: '1' }, 'Loss that trips it, of equity.'),
          rearm: ratio({ max: '1' }, 'Loss at which its effect ends and it may fire again.'),
        },
        'Halves every position, and refuses entries while it lasts.',
      ),
    ),
    sectorExposure: limitOrOff(
      group(
        {
          limit: ratio({ max: '4' }, 'Exposure to one sector that trips it, of equity: it may have drifted there.'),
          rearm: ratio({ max: '4' }, 'Exposure that positions of the sector are cut to, and at which it may fire again.'),
        },
        'Rebalances: cuts the sector.',
      ),
    ),
    factorExposure: limitOrOff(
      group(
        {
          bars,
          limit: ratio({ max: '10' }, 'Largest beta against market, momentum, volatility or size that trips it.'),
          rearm: ratio({ max: '10' }, 'Beta that all positions are cut to, and at which it may fire again.'),
        },
        'Rebalances: cuts every position by the same share.',
      ),
    ),
    correlationBreakdown: limitOrOff(
      group(
        {
          shortBars,
          longBars,
          limit: ratio({ max: '20' }, 'Shift of the average correlation that trips it, in standard errors of Fisher’s z, either way.'),
          rearm: ratio({ max: '20' }, 'Shift at which it may fire again.'),
        },
        'Rebalances: cuts positions that bring more than the average risk down to it.',
      ),
    ),
    volatilitySpike: limitOrOff(
      group(
        {
          shortBars,
          longBars,
          limit: ratio({ max: '20' }, 'Volatility of the latest bars over that of the bars before that trips it.'),
          rearm: ratio({ max: '20' }, 'Ratio at which it may fire again.'),
          stopDistanceKept: ratio({ max: '1' }, 'Share of the distance between price and stop that is left.'),
        },
        'Tightens every protective stop.',
      ),
    ),
  },
  'Measures that trip a breaker: once an episode, and again only after it has ended.',
);

const entriesOrAll = choice(['REDUCING', 'HALTED'], 'REDUCING refuses entries until it is fit again; HALTED waits for a person.');

export const CONTROLS = group(
  {
    modelAccuracy: limitOrOff(
      group(
        {
          limit: ratio({ max: '1' }, 'Share of right directions below which it trips.'),
          rearm: ratio({ max: '1' }, 'Share at which its effect ends.'),
          days: count(90, 'Days that are looked back on.'),
          forecastsMin: count(10_000, 'Forecasts whose outcome is known, before which it says nothing.'),
          becomes: entriesOrAll,
        },
        'Direction forecast by the signals against the close at their horizon.',
      ),
    ),
    dataQuality: limitOrOff(
      group(
        {
          limit: ratio({ max: '1' }, 'Share of instruments with good data below which a step counts.'),
          steps: count(1_000, 'So many steps in a row trip it, and so many good ones end it.'),
          becomes: entriesOrAll,
        },
        'Instruments of a step whose market data was good.',
      ),
    ),
    decisionLatency: limitOrOff(
      group(
        {
          limitMs: count(
            600_000,
            'Time from publication of the bars to the verdict above which a step counts; measured in real time only.',
          ),
          steps: count(1_000, 'So many steps in a row trip it, and so many fast ones end it.'),
          becomes: entriesOrAll,
        },
        'How long decisions take.',
      ),
    ),
    dataSilence: limitOrOff(
      group(
        { maxSeconds: count(86_400, 'Without bars for so long while the market is open, trading halts; in real time only.', 2) },
        'Dead-man’s switch on market data.',
      ),
    ),
  },
  'System controls: the machinery that decides must be fit to.',
);

interface Episode {
  readonly limit: Ratio;
  readonly rearm: Ratio;
}

type BreakerSettings = ReturnType<typeof BREAKERS.read>;
type ControlSettings = ReturnType<typeof CONTROLS.read>;

/** Settings that contradict each other: whether each rule holds, and its words. */
export const monitorContradictions = (breakers: BreakerSettings, controls: ControlSettings): readonly (readonly [boolean, string])[] => {
  const episodes: Readonly<Record<string, Episode | 'off'>> = {
    drawdownReduce: breakers.drawdownReduce,
    drawdownClose: breakers.drawdownClose,
    valueAtRisk: breakers.valueAtRisk,
    sectorExposure: breakers.sectorExposure,
    factorExposure: breakers.factorExposure,
    correlationBreakdown: breakers.correlationBreakdown,
    volatilitySpike: breakers.volatilitySpike,
  };
  const windows = { correlationBreakdown: breakers.correlationBreakdown, volatilitySpike: breakers.volatilitySpike };
  const { modelAccuracy } = controls;
  return [
    ...Object.entries(episodes).map(
      ([name, each]) => [each === 'off' || each.rearm < each.limit, `breakers.${name}.rearm must be below its limit`] as const,
    ),
    [
      breakers.drawdownReduce.limit < breakers.drawdownClose.limit,
      'breakers.drawdownReduce.limit must be below breakers.drawdownClose.limit',
    ],
    ...Object.entries(windows).map(
      ([name, each]) =>
        [
          each === 'off' || each.shortBars + each.longBars <= WINDOW_BARS_MAX,
          `breakers.${name}.shortBars and longBars must be at most ${WINDOW_BARS_MAX} together`,
        ] as const,
    ),
    [modelAccuracy === 'off' || modelAccuracy.rearm >= modelAccuracy.limit, 'controls.modelAccuracy.rearm must not be below its limit'],
  ];
};
