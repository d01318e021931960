/** A uniform draw in [0, 1) that belongs to one request: a finaliser over seed and sequence (Steele, Lea and Flood, 2014), so that no generator has a state to save. */
export const uniformAt = (seed: number, sequence: number): number => {
  let mixed = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(sequence, 0x85ebca6b)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296;
};
