/**
 * Distribution functions in double precision. All are deterministic: only `+ - * /`, `Math.exp`, `Math.log` and `Math.sqrt`,
 * so the same input gives the same bits wherever the same engine runs.
 */

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);

const HART_NUMERATOR = [
  220.206867912376, 221.213596169931, 112.079291497871, 33.912866078383, 6.37396220353165, 0.700383064443688, 3.52624965998911e-2,
];
const HART_DENOMINATOR = [
  440.413735824752, 793.826512519948, 637.333633378831, 296.564248779674, 86.7807322029461, 16.064177579207, 1.75566716318264,
  8.83883476483184e-2,
];
const HART_SWITCH = 7.07106781186547;
const ROOT_TWO_PI = 2.5066282746310005;
const TAIL_TERMS = 60;
const TAIL_END = 38.5;

/** Lower tail of the standard normal at −|z|: Hart's algorithm 5666 as given by West, "Better approximations to cumulative normal functions" (Wilmott, 2005), with Laplace's fraction far out. */
const normalLowerTail = (distance: number): number => {
  if (distance > TAIL_END) return 0;
  const density = Math.exp((-distance * distance) / 2);
  if (distance < HART_SWITCH) return (density * polynomial(HART_NUMERATOR, distance)) / polynomial(HART_DENOMINATOR, distance);
  let fraction = distance;
  for (let term = TAIL_TERMS; term >= 1; term -= 1) fraction = distance + term / fraction;
  return density / fraction / ROOT_TWO_PI;
};

/** P(Z ≤ z) of the standard normal, relative error below 1e-12 in the lower tail. NaN for NaN. */
export const normalCdf = (z: number): number => {
  if (Number.isNaN(z)) return Number.NaN;
  const tail = normalLowerTail(Math.abs(z));
  return z > 0 ? 1 - tail : tail;
};

const CENTRE_NUMERATOR = [
  3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457, 67265.770927008700853,
  33430.575583588128105, 2509.0809287301226727,
];
const CENTRE_DENOMINATOR = [
  1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867, 39307.89580009271061, 28729.085735721942674,
  5226.495278852854561,
];
const MIDDLE_NUMERATOR = [
  1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504, 1.27045825245236838258,
  0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4,
];
const MIDDLE_DENOMINATOR = [
  1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459, 0.0151986665636164571966,
  5.475938084995344946e-4, 1.05075007164441684324e-9,
];
const FAR_NUMERATOR = [
  6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123, 0.026532189526576123093,
  0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
];
const FAR_DENOMINATOR = [
  1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4, 1.8463183175100546818e-5,
  1.4215117583164458887e-7, 2.04426310338993978564e-15,
];

/** z with P(Z ≤ z) = probability: Wichura, algorithm AS 241 (PPND16), Applied Statistics 37 (1988). ±Infinity at 0 and 1, NaN outside. */
export const normalQuantile = (probability: number): number => {
  if (!(probability >= 0 && probability <= 1)) return Number.NaN;
  const centred = probability - 0.5;
  if (Math.abs(centred) <= 0.425) {
    const argument = 0.180625 - centred * centred;
    return (centred * polynomial(CENTRE_NUMERATOR, argument)) / polynomial(CENTRE_DENOMINATOR, argument);
  }
  const tail = centred < 0 ? probability : 1 - probability;
  if (tail === 0) return centred < 0 ? -Infinity : Infinity;
  const root = Math.sqrt(-Math.log(tail));
  const magnitude =
    root <= 5
      ? polynomial(MIDDLE_NUMERATOR, root - 1.6) / polynomial(MIDDLE_DENOMINATOR, root - 1.6)
      : polynomial(FAR_NUMERATOR, root - 5) / polynomial(FAR_DENOMINATOR, root - 5);
  return centred < 0 ? -magnitude : magnitude;
};

const LANCZOS_G = 7;
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
const HALF_LOG_TWO_PI = 0.91893853320467274178;

/** ln Γ(x) for x > 0: Lanczos' approximation with g = 7 and nine terms. */
export const logGamma = (x: number): number => {
  const shifted = x - 1;
  let sum = LANCZOS[0]!;
  for (let term = 1; term < LANCZOS.length; term += 1) sum += LANCZOS[term]! / (shifted + term);
  const base = shifted + LANCZOS_G + 0.5;
  return HALF_LOG_TWO_PI + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
};

const FRACTION_TERMS_MAX = 500;
const FRACTION_PRECISION = 1e-16;
const SMALLEST = 1e-300;

const kept = (value: number): number => (Math.abs(value) < SMALLEST ? SMALLEST : value);

/** Continued fraction of the incomplete beta, by Lentz's method (Numerical Recipes, 3rd edition, 6.4). */
const betaFraction = (x: number, a: number, b: number): number => {
  let c = 1;
  let d = 1 / kept(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= FRACTION_TERMS_MAX; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / kept(1 + even * d);
    c = kept(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / kept(1 + odd * d);
    c = kept(1 + odd / c);
    const change = d * c;
    fraction *= change;
    if (Math.abs(change - 1) < FRACTION_PRECISION) break;
  }
  return fraction;
};

/** Regularised incomplete beta I_x(a, b) for x in [0, 1], a and b positive. */
export const incompleteBeta = (x: number, a: number, b: number): number => {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b;
};

/** P(T ≤ t) of Student's distribution with `degrees` > 0 degrees of freedom. NaN for anything else. */
export const studentTCdf = (t: number, degrees: number): number => {
  if (Number.isNaN(t) || !(degrees > 0)) return Number.NaN;
  if (!Number.isFinite(t)) return t > 0 ? 1 : 0;
  const tail = incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
};

const BISECTIONS = 200;

/** t with P(T ≤ t) = probability, by bisection to the last bit. ±Infinity at 0 and 1, NaN outside or without degrees of freedom. */
export const studentTQuantile = (probability: number, degrees: number): number => {
  if (!(probability >= 0 && probability <= 1) || !(degrees > 0)) return Number.NaN;
  if (probability === 0.5) return 0;
  if (probability === 0 || probability === 1) return probability === 0 ? -Infinity : Infinity;
  if (probability < 0.5) return -studentTQuantile(1 - probability, degrees);
  let high = 1;
  while (studentTCdf(high, degrees) < probability) high *= 2;
  let low = 0;
  for (let round = 0; round < BISECTIONS; round += 1) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (studentTCdf(middle, degrees) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};
