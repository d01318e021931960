/** One mark of the account, in any one currency. */
export interface ExposureMark {
  readonly equity: number;
  /** Sum of absolute market values of the positions. */
  readonly grossValue: number;
}

export interface Exposure {
  /** Share of marks with any position. */
  readonly timeInMarket: number;
  /** Mean of gross value over equity. */
  readonly averageGross: number;
}

/** How much of the time, and how much of the equity, was in the market. NaN without marks. */
export const exposureOf = (marks: readonly ExposureMark[]): Exposure => {
  const invested = marks.filter((mark) => mark.grossValue > 0).length;
  const gross = marks.reduce((sum, mark) => sum + mark.grossValue / mark.equity, 0);
  return { timeInMarket: invested / marks.length, averageGross: gross / marks.length };
};

/**
 * Turnover a year: the lesser of all bought and all sold over mean equity and years, so that a round trip counts once
 * (the convention of US fund reports, Form N-1A item 13).
 */
export const annualTurnover = (bought: number, sold: number, averageEquity: number, years: number): number =>
  Math.min(bought, sold) / averageEquity / years;
