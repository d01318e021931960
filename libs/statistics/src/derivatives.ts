type RealFunction = (at: Float64Array) => number;

/** Cube and fourth root of the machine epsilon: where rounding and truncation of central differences balance. */
const GRADIENT_STEP = 6e-6;
const HESSIAN_STEP = 1.2e-4;

const stepOf = (value: number, relative: number): number => relative * Math.max(Math.abs(value), 1e-2);

/** Partial derivatives by central differences. */
export const gradient = (of: RealFunction, at: Float64Array): Float64Array => {
  const point = Float64Array.from(at);
  return at.map((value, index) => {
    const step = stepOf(value, GRADIENT_STEP);
    point[index] = value + step;
    const above = of(point);
    point[index] = value - step;
    const below = of(point);
    point[index] = value;
    return (above - below) / (2 * step);
  });
};

/** Second derivatives by central differences, a symmetric matrix by rows. */
export const hessian = (of: RealFunction, at: Float64Array): Float64Array[] => {
  const size = at.length;
  const steps = at.map((value) => stepOf(value, HESSIAN_STEP));
  const point = Float64Array.from(at);
  const value = (i: number, di: number, j: number, dj: number): number => {
    point[i] = point[i]! + di * steps[i]!;
    point[j] = point[j]! + dj * steps[j]!;
    const result = of(point);
    point[i] = at[i]!;
    point[j] = at[j]!;
    return result;
  };
  const rows = Array.from({ length: size }, () => new Float64Array(size));
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const mixed = value(i, 1, j, 1) - value(i, 1, j, -1) - value(i, -1, j, 1) + value(i, -1, j, -1);
      rows[i]![j] = rows[j]![i] = mixed / (4 * steps[i]! * steps[j]!);
    }
  }
  return rows;
};
