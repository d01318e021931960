/** Rows of model inputs, row-major, as the ONNX model will see them: float32, every value finite. */
export interface InputMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

export class MatrixError extends Error {
  override readonly name = 'MatrixError';
  readonly code = 'MATRIX_INVALID';
}

/** Checks shape and finiteness. Throws MatrixError naming the first cell at fault. */
export const inputMatrix = (values: Float32Array, columns: number): InputMatrix => {
  if (!Number.isInteger(columns) || columns < 1) throw new MatrixError(`${columns} columns: at least one is needed`);
  if (values.length % columns !== 0) throw new MatrixError(`${values.length} values do not fill rows of ${columns}`);
  for (let index = 0; index < values.length; index += 1) {
    if (!Number.isFinite(values[index])) {
      throw new MatrixError(`row ${Math.floor(index / columns)}, column ${index % columns} is ${values[index]}`);
    }
  }
  return { rows: values.length / columns, columns, values };
};

/** Rows `from` (inclusive) to `to` (exclusive), sharing memory. */
export const sliceRows = (matrix: InputMatrix, from: number, to: number): InputMatrix => ({
  rows: to - from,
  columns: matrix.columns,
  values: matrix.values.subarray(from * matrix.columns, to * matrix.columns),
});
