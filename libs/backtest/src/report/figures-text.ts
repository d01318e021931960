/** Figures in words, the same in the terminal and on the page. A figure that is not defined is a dash. */
const DASH = '–';

const grouped = (value: number, digits: number): string => {
  const [whole, fraction] = Math.abs(value).toFixed(digits).split('.');
  const sign = value < 0 && Number(value.toFixed(digits)) !== 0 ? '-' : '';
  return `${sign}${whole!.replace(/\B(?=(\d{3})+$)/g, ',')}${fraction === undefined ? '' : `.${fraction}`}`;
};

export const usd = (value: number | null): string => (value === null ? DASH : grouped(value, 2));
export const whole = (value: number | null): string => (value === null ? DASH : grouped(value, 0));
export const ratio = (value: number | null, digits = 2): string => (value === null ? DASH : grouped(value, digits));
export const percent = (value: number | null, digits = 1): string => (value === null ? DASH : `${grouped(value * 100, digits)}%`);
export const signedPercent = (value: number | null, digits = 1): string =>
  (value !== null && value > 0 ? '+' : '') + percent(value, digits);
/** A depth as the loss it is: 0.25 reads -25.0%. */
export const loss = (depth: number): string => percent(depth === 0 ? 0 : -depth);
