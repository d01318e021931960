/** Small dense matrices by rows. */
export type Matrix = readonly Float64Array[];

/** Inverse by Gauss and Jordan with row pivots. Throws RangeError when the matrix is singular or not square. */
export const inverse = (matrix: Matrix): Float64Array[] => {
  const size = matrix.length;
  if (matrix.some((row) => row.length !== size)) throw new RangeError('only a square matrix has an inverse');
  const rows = matrix.map((row, index) => {
    const wide = new Float64Array(2 * size);
    wide.set(row);
    wide[size + index] = 1;
    return wide;
  });
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < size; row += 1) if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    const leading = rows[pivot]!;
    const head = leading[column]!;
    if (!(Math.abs(head) > 0)) throw new RangeError('the matrix is singular');
    rows[pivot] = rows[column]!;
    rows[column] = leading.map((value) => value / head);
    for (let row = 0; row < size; row += 1) {
      const factor = rows[row]![column]!;
      if (row === column || factor === 0) continue;
      rows[row] = rows[row]!.map((value, index) => value - factor * rows[column]![index]!);
    }
  }
  return rows.map((row) => row.slice(size));
};

export const product = (left: Matrix, right: Matrix): Float64Array[] =>
  left.map((row) => {
    const result = new Float64Array(right[0]!.length);
    for (let column = 0; column < result.length; column += 1) {
      for (let index = 0; index < row.length; index += 1) result[column] = result[column]! + row[index]! * right[index]![column]!;
    }
    return result;
  });
