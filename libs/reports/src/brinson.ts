/**
 * Why a portfolio did better or worse than its benchmark, by group (here: sector).
 *
 * G. Brinson and N. Fachler, "Measuring Non-U.S. Equity Portfolio Performance", Journal of Portfolio Management 11 (1985), 73–76: with weights w and returns r of
 * portfolio (p) and benchmark (b) in a group, and the benchmark's total return R:
 * allocation (w_p − w_b)(r_b − R), selection w_b (r_p − r_b), interaction (w_p − w_b)(r_p − r_b). They add up to the difference of the total returns.
 */
export interface GroupReturn {
  readonly group: string;
  /** Fraction of the whole at the start of the period. */
  readonly portfolioWeight: number;
  readonly benchmarkWeight: number;
  /** Over the period; 0 where the weight is 0. */
  readonly portfolioReturn: number;
  readonly benchmarkReturn: number;
}

export interface GroupEffect {
  readonly group: string;
  readonly allocation: number;
  readonly selection: number;
  readonly interaction: number;
}

export interface Attribution {
  readonly effects: readonly GroupEffect[];
  readonly portfolioReturn: number;
  readonly benchmarkReturn: number;
}

/** One period. Weights of each side add up to 1, cash being a group like any other. */
export const attribute = (groups: readonly GroupReturn[]): Attribution => {
  const sum = (of: (group: GroupReturn) => number): number => groups.reduce((total, group) => total + of(group), 0);
  const portfolioReturn = sum(({ portfolioWeight, portfolioReturn: made }) => portfolioWeight * made);
  const benchmarkReturn = sum(({ benchmarkWeight, benchmarkReturn: made }) => benchmarkWeight * made);
  const effects = groups.map((each) => {
    const over = each.portfolioWeight - each.benchmarkWeight;
    const better = each.portfolioReturn - each.benchmarkReturn;
    return {
      group: each.group,
      allocation: over * (each.benchmarkReturn - benchmarkReturn),
      selection: each.benchmarkWeight * better,
      interaction: over * better,
    };
  });
  return { effects, portfolioReturn, benchmarkReturn };
};

/** ln(1+p) − ln(1+b) over p − b, and its limit 1/(1+p) where they are equal. */
const linking = (portfolio: number, benchmark: number): number =>
  Math.abs(portfolio - benchmark) < 1e-12 ? 1 / (1 + portfolio) : (Math.log1p(portfolio) - Math.log1p(benchmark)) / (portfolio - benchmark);

/**
 * Several periods as one. D. Cariño, "Combining Attribution Effects Over Time", Journal of Performance Measurement 3/4 (1999), 5–14: each period's effects are
 * scaled by its linking coefficient over that of the whole, so that they add up to the difference of the compound returns.
 */
export const linkAttributions = (periods: readonly Attribution[]): Attribution => {
  const compound = (of: (period: Attribution) => number): number => periods.reduce((grown, period) => grown * (1 + of(period)), 1) - 1;
  const portfolioReturn = compound((period) => period.portfolioReturn);
  const benchmarkReturn = compound((period) => period.benchmarkReturn);
  const whole = linking(portfolioReturn, benchmarkReturn);
  const linked = new Map<string, GroupEffect>();
  for (const period of periods) {
    const scale = linking(period.portfolioReturn, period.benchmarkReturn) / whole;
    for (const { group, allocation, selection, interaction } of period.effects) {
      const before = linked.get(group) ?? { group, allocation: 0, selection: 0, interaction: 0 };
      linked.set(group, {
        group,
        allocation: before.allocation + scale * allocation,
        selection: before.selection + scale * selection,
        interaction: before.interaction + scale * interaction,
      });
    }
  }
  return { effects: [...linked.values()], portfolioReturn, benchmarkReturn };
};
