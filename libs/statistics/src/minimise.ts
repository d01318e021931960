import { gradient } from './derivatives.js';

/** A function to be made small; Infinity (or NaN) where it has no value. */
export type Objective = (at: Float64Array) => number;

export interface Minimum {
  readonly at: Float64Array;
  readonly value: number;
  readonly iterations: number;
  readonly converged: boolean;
}

const valueOf = (objective: Objective, at: Float64Array): number => {
  const value = objective(at);
  return Number.isNaN(value) ? Infinity : value;
};

const REFLECT = 1;
const EXPAND = 2;
const CONTRACT = 0.5;
const SHRINK = 0.5;

interface Vertex {
  at: Float64Array;
  value: number;
}

/** The point `factor` of the way from `from` through `centre`. */
const beyond = (objective: Objective, centre: Float64Array, from: Float64Array, factor: number): Vertex => {
  const at = centre.map((value, index) => value + factor * (value - from[index]!));
  return { at, value: valueOf(objective, at) };
};

const centreOf = (vertices: readonly Vertex[], size: number): Float64Array => {
  const centre = new Float64Array(size);
  for (const { at } of vertices)
    for (let index = 0; index < size; index += 1) centre[index] = centre[index]! + at[index]! / vertices.length;
  return centre;
};

/** Replaces the worst vertex or, when no point on its line is better, shrinks towards the best. */
const step = (objective: Objective, simplex: Vertex[]): void => {
  const size = simplex.length - 1;
  const worst = simplex[size]!;
  const centre = centreOf(simplex.slice(0, size), size);
  const reflected = beyond(objective, centre, worst.at, REFLECT);
  if (reflected.value < simplex[0]!.value) {
    const expanded = beyond(objective, centre, worst.at, EXPAND);
    simplex[size] = expanded.value < reflected.value ? expanded : reflected;
    return;
  }
  if (reflected.value < simplex[size - 1]!.value) {
    simplex[size] = reflected;
    return;
  }
  const contracted = beyond(objective, centre, worst.at, reflected.value < worst.value ? CONTRACT : -CONTRACT);
  if (contracted.value < Math.min(reflected.value, worst.value)) {
    simplex[size] = contracted;
    return;
  }
  const best = simplex[0]!.at;
  for (let index = 1; index <= size; index += 1) {
    const at = simplex[index]!.at.map((value, part) => best[part]! + SHRINK * (value - best[part]!));
    simplex[index] = { at, value: valueOf(objective, at) };
  }
};

/**
 * Downhill simplex: needs no derivative and forgives a rough objective, but creeps at the end (Nelder and Mead, "A Simplex Method for Function
 * Minimization", Computer Journal 7 (1965)). `scale` is the size of the first simplex. Converged when its values lie within `tolerance`.
 */
export const nelderMead = (
  objective: Objective,
  start: ArrayLike<number>,
  { scale = 0.1, tolerance = 1e-9, iterationsMax = 2_000 } = {},
): Minimum => {
  const vertex = (shifted: number): Vertex => {
    const at = Float64Array.from(start, (value, index) => (index === shifted ? value + scale : value));
    return { at, value: valueOf(objective, at) };
  };
  const simplex = Array.from({ length: start.length + 1 }, (_value, index) => vertex(index - 1));
  const sort = (): unknown => simplex.sort((left, right) => left.value - right.value);
  sort();
  let iterations = 0;
  const spread = (): number => simplex.at(-1)!.value - simplex[0]!.value;
  for (; iterations < iterationsMax && !(spread() <= tolerance); iterations += 1) {
    step(objective, simplex);
    sort();
  }
  return { at: simplex[0]!.at, value: simplex[0]!.value, iterations, converged: spread() <= tolerance };
};

const ARMIJO = 1e-4;
const HALVINGS_MAX = 40;

const dot = (left: Float64Array, right: Float64Array): number => left.reduce((sum, value, index) => sum + value * right[index]!, 0);

const identity = (size: number): Float64Array[] =>
  Array.from({ length: size }, (_row, index) => new Float64Array(size).fill(1, index, index + 1));

/** The update of the inverse Hessian by a step and the gradient's change (Nocedal and Wright, eq. 6.17); kept where it would lose its sign. */
const updated = (inverse: readonly Float64Array[], move: Float64Array, change: Float64Array): readonly Float64Array[] => {
  const curvature = dot(move, change);
  if (!(curvature > 1e-14)) return inverse;
  const image = Float64Array.from(inverse, (row) => dot(row, change));
  const factor = (1 + dot(change, image) / curvature) / curvature;
  return inverse.map((row, i) =>
    row.map((value, j) => value + factor * move[i]! * move[j]! - (image[i]! * move[j]! + move[i]! * image[j]!) / curvature),
  );
};

/**
 * BFGS with backtracking and numerical gradients: quick near a smooth minimum (Nocedal and Wright, Numerical Optimization, 2nd ed., alg. 6.1
 * and 3.1). Converged when no partial derivative is above `tolerance`.
 */
export const bfgs = (objective: Objective, start: ArrayLike<number>, { tolerance = 1e-6, iterationsMax = 200 } = {}): Minimum => {
  let at = Float64Array.from(start);
  let value = valueOf(objective, at);
  let slope = gradient(objective, at);
  let inverse: readonly Float64Array[] = identity(at.length);
  const flat = (): boolean => slope.every((part) => Math.abs(part) <= tolerance);
  let iterations = 0;
  for (; iterations < iterationsMax && !flat(); iterations += 1) {
    let direction = Float64Array.from(inverse, (row) => -dot(row, slope));
    if (!(dot(direction, slope) < 0)) {
      inverse = identity(at.length);
      direction = slope.map((part) => -part);
    }
    const descent = dot(direction, slope);
    let length = 1;
    let next = at;
    let nextValue = Infinity;
    for (let halving = 0; halving < HALVINGS_MAX && !(nextValue <= value + ARMIJO * length * descent); halving += 1, length /= 2) {
      next = at.map((part, index) => part + length * direction[index]!);
      nextValue = valueOf(objective, next);
    }
    if (!(nextValue < value)) break;
    const nextSlope = gradient(objective, next);
    inverse = updated(
      inverse,
      next.map((part, index) => part - at[index]!),
      nextSlope.map((part, index) => part - slope[index]!),
    );
    at = next;
    value = nextValue;
    slope = nextSlope;
  }
  return { at, value, iterations, converged: flat() };
};
