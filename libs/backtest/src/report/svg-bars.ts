import type { PeriodReturn } from '@tradewind/statistics';

import { percent, ratio, signedPercent, usd } from './figures-text.js';
import type { RoundTrip } from './report.js';
import { CHART_WIDTH, escapeText } from './svg-line-chart.js';

const HEIGHT = 230;
const LEFT = 62;
const TOP = 14;
const BOTTOM = 26;

/** Grouped bars: the return of each year, of the strategy and of buy and hold. */
export const svgYearBars = (own: readonly PeriodReturn[], held: readonly PeriodReturn[]): string => {
  const values = [...own, ...held].map((period) => period.value);
  const high = Math.max(0.05, ...values);
  const low = Math.min(-0.05, ...values);
  const y = (value: number): number => TOP + ((high - value) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const slot = (CHART_WIDTH - LEFT) / own.length;
  const bar = (index: number, half: 0 | 1, period: PeriodReturn, style: string, who: string): string => {
    const top = Math.min(y(0), y(period.value));
    const width = slot * 0.36;
    return `<rect class="bar ${style}" x="${(LEFT + slot * index + slot * 0.12 + half * (width + slot * 0.04)).toFixed(1)}" y="${top.toFixed(1)}" width="${width.toFixed(1)}" height="${Math.max(0.5, Math.abs(y(period.value) - y(0))).toFixed(1)}"><title>${period.period} ${who} ${signedPercent(period.value)}</title></rect>`;
  };
  const labelEvery = Math.max(1, Math.ceil(own.length / 11));
  const groups = own.map((period, index) => {
    const other = held[index];
    const label =
      index % labelEvery === 0
        ? `<text class="tick" x="${(LEFT + slot * (index + 0.5)).toFixed(1)}" y="${HEIGHT - 8}" text-anchor="middle">${period.period}</text>`
        : '';
    return bar(index, 0, period, 'own', 'strategy') + (other ? bar(index, 1, other, 'held', 'buy and hold') : '') + label;
  });
  const ticks = [high, high / 2, 0, low].map(
    (value) =>
      `<line class="grid" x1="${LEFT}" y1="${y(value).toFixed(1)}" x2="${CHART_WIDTH}" y2="${y(value).toFixed(1)}"/><text class="tick" x="${LEFT - 6}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${percent(value, 0)}</text>`,
  );
  return `<svg viewBox="0 0 ${CHART_WIDTH} ${HEIGHT}" role="img" aria-label="Return of each year">${ticks.join('')}${groups.join('')}</svg>`;
};

/** Closed trades as points over time: profit up, loss down. */
export const svgTrades = (trips: readonly RoundTrip[], from: string, to: string): string => {
  const span = Math.max(1, Date.parse(to) - Date.parse(from));
  const widest = Math.max(0.01, ...trips.map((trip) => Math.abs(trip.return)));
  const middle = (HEIGHT - BOTTOM + TOP) / 2;
  const x = (date: string): number => LEFT + ((Date.parse(date) - Date.parse(from)) / span) * (CHART_WIDTH - LEFT - 12);
  const y = (value: number): number => middle - (value / widest) * (middle - TOP);
  const ticks = [widest, widest / 2, 0, -widest / 2, -widest].map(
    (value) =>
      `<line class="grid" x1="${LEFT}" y1="${y(value).toFixed(1)}" x2="${CHART_WIDTH}" y2="${y(value).toFixed(1)}"/><text class="tick" x="${LEFT - 6}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${percent(value, 1)}</text>`,
  );
  const points = trips.map(
    (trip) =>
      `<circle class="${trip.profit >= 0 ? 'gain' : 'lost'}" cx="${x(trip.exitDate).toFixed(1)}" cy="${y(trip.return).toFixed(1)}" r="3"><title>${escapeText(`${trip.symbol} ${trip.entryDate} to ${trip.exitDate}: ${usd(trip.profit)} USD (${signedPercent(trip.return)}), closed by ${trip.exitPurpose}`)}</title></circle>`,
  );
  const ends = `<text class="tick" x="${LEFT}" y="${HEIGHT - 8}">${from}</text><text class="tick" x="${CHART_WIDTH - 12}" y="${HEIGHT - 8}" text-anchor="end">${to}</text>`;
  return `<svg viewBox="0 0 ${CHART_WIDTH} ${HEIGHT}" role="img" aria-label="Closed trades">${ticks.join('')}${points.join('')}${ends}</svg>`;
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DEEPEST = 0.08;

/** A table of monthly returns, tinted by size. */
export const monthTable = (months: readonly PeriodReturn[], years: readonly PeriodReturn[]): string => {
  const byMonth = new Map(months.map((month) => [month.period, month.value]));
  const cell = (value: number | undefined): string => {
    if (value === undefined) return '<td></td>';
    const strength = Math.round(Math.min(1, Math.abs(value) / DEEPEST) * 70);
    return `<td style="background:color-mix(in srgb, var(--${value >= 0 ? 'gain' : 'loss'}) ${strength}%, transparent)">${ratio(value * 100, 1)}</td>`;
  };
  const rows = years.map(({ period, value }) => {
    const cells = MONTHS.map((_, month) => cell(byMonth.get(`${period}-${String(month + 1).padStart(2, '0')}`)));
    return `<tr><th scope="row">${period}</th>${cells.join('')}<td class="sum">${ratio(value * 100, 1)}</td></tr>`;
  });
  return `<table class="months"><thead><tr><th></th>${MONTHS.map((month) => `<th>${month}</th>`).join('')}<th>Year</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
};
