/** A chart over dates, drawn as SVG text. Colours come from the page's CSS classes, so that it follows light and dark. */
export interface ChartLine {
  readonly values: readonly number[];
  /** CSS class of the stroke. */
  readonly style: string;
  readonly label: string;
}

export interface LineChartOptions {
  readonly title: string;
  readonly dates: readonly string[];
  readonly lines: readonly ChartLine[];
  readonly logarithmic: boolean;
  /** Fill between the line and zero, for drawdowns. */
  readonly filled: boolean;
  readonly height: number;
  readonly tick: (value: number) => string;
}

export const escapeText = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

export const CHART_WIDTH = 860;
const LEFT = 62;
const RIGHT = 12;
const TOP = 14;
const BOTTOM = 26;
const YEAR_LABELS_MAX = 11;
const TICKS_AIM = 5;

interface Scale {
  (value: number): number;
}

const linearTicks = (low: number, high: number): number[] => {
  const rough = (high - low) / TICKS_AIM;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  const ticks: number[] = [];
  for (let index = Math.ceil(low / step); index * step <= high + step / 1e6; index += 1) ticks.push(index * step);
  return ticks;
};

const logTicks = (low: number, high: number): number[] => {
  const ticks: number[] = [];
  const dense = high / low < 20;
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power += 1) {
    for (const factor of dense ? [1, 1.5, 2, 3, 4, 5, 6, 8] : [1, 2, 5]) {
      const tick = factor * 10 ** power;
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
};

const yearMarks = (dates: readonly string[], x: Scale, bottom: number): string => {
  const firsts = dates
    .map((date, index) => ({ year: date.slice(0, 4), index }))
    .filter(({ year, index }) => index > 0 && dates[index - 1]!.slice(0, 4) !== year);
  const every = Math.max(1, Math.ceil(firsts.length / YEAR_LABELS_MAX));
  return firsts
    .filter((_, index) => index % every === 0)
    .map(
      ({ year, index }) =>
        `<line class="grid" x1="${x(index).toFixed(1)}" y1="${TOP}" x2="${x(index).toFixed(1)}" y2="${bottom}"/><text class="tick" x="${x(index).toFixed(1)}" y="${bottom + 17}" text-anchor="middle">${year}</text>`,
    )
    .join('');
};

const pathOf = (values: readonly number[], x: Scale, y: Scale): string =>
  values.map((value, index) => `${index === 0 ? 'M' : 'L'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`).join('');

/** One chart; give the lines values of equal length, positive when `logarithmic`. */
export const svgLineChart = ({ title, dates, lines, logarithmic, filled, height, tick }: LineChartOptions): string => {
  const all = lines.flatMap((line) => line.values);
  const least = all.reduce((low, value) => Math.min(low, value), filled ? 0 : Infinity);
  const most = all.reduce((high, value) => Math.max(high, value), filled ? 0 : -Infinity);
  const low = least === most ? least - Math.abs(least) * 0.01 - 1e-9 : least;
  const bottom = height - BOTTOM;
  const x: Scale = (index) => LEFT + (index / Math.max(1, dates.length - 1)) * (CHART_WIDTH - LEFT - RIGHT);
  const place = (part: number): number => bottom - part * (bottom - TOP);
  const y: Scale = logarithmic
    ? (value) => place(Math.log(value / low) / Math.log(most / low))
    : (value) => place((value - low) / (most - low));
  const ticks = (logarithmic ? logTicks(low, most) : linearTicks(low, most)).map(
    (value) =>
      `<line class="grid" x1="${LEFT}" y1="${y(value).toFixed(1)}" x2="${CHART_WIDTH - RIGHT}" y2="${y(value).toFixed(1)}"/><text class="tick" x="${LEFT - 6}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${escapeText(tick(value))}</text>`,
  );
  const drawn = lines.map((line) => {
    const path = pathOf(line.values, x, y);
    const area = filled
      ? `<path class="area ${line.style}" d="${path}L${x(dates.length - 1).toFixed(1)} ${y(0).toFixed(1)}L${LEFT} ${y(0).toFixed(1)}Z"/>`
      : '';
    return `${area}<path class="line ${line.style}" d="${path}"/>`;
  });
  return `<svg viewBox="0 0 ${CHART_WIDTH} ${height}" role="img" aria-label="${escapeText(title)}">${yearMarks(dates, x, bottom)}${ticks.join('')}${drawn.reverse().join('')}</svg>`;
};
