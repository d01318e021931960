/**
 * The subset of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, IR version 8) that we write and inspect: field numbers
 * and enum values, by message.
 */
export const MODEL = {
  irVersion: 1,
  producerName: 2,
  producerVersion: 3,
  graph: 7,
  opsetImport: 8,
  metadata: 14,
  trainingInfo: 20,
  functions: 25,
} as const;
export const OPSET = { domain: 1, version: 2 } as const;
export const ENTRY = { key: 1, value: 2 } as const;
export const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12, sparseInitializer: 15 } as const;
export const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 } as const;
export const ATTRIBUTE = {
  name: 1,
  float: 2,
  integer: 3,
  text: 4,
  tensor: 5,
  graph: 6,
  floats: 7,
  integers: 8,
  texts: 9,
  tensors: 10,
  graphs: 11,
  type: 20,
  sparseTensor: 22,
  sparseTensors: 23,
} as const;
export const ATTRIBUTE_TYPE = { float: 1, integer: 2, text: 3, floats: 6, integers: 7, texts: 8 } as const;
export const TENSOR = { name: 8, externalData: 13, dataLocation: 14 } as const;
export const SPARSE_TENSOR = { values: 1, indices: 2 } as const;
export const FUNCTION = { node: 7, opsetImport: 9 } as const;
export const TRAINING_INFO = { initialization: 1, algorithm: 2 } as const;
export const VALUE_INFO = { name: 1, type: 2 } as const;
export const TYPE = { tensor: 1 } as const;
export const TENSOR_TYPE = { elementType: 1, shape: 2 } as const;
export const SHAPE = { dimension: 1 } as const;
export const DIMENSION = { value: 1, parameter: 2 } as const;
export const ELEMENT_TYPE_FLOAT = 1;
export const DATA_LOCATION_EXTERNAL = 1;

/** Operator sets that ONNX Runtime's own kernels implement; a node of any other domain needs foreign code. */
export const STANDARD_DOMAINS: ReadonlySet<string> = new Set(['', 'ai.onnx', 'ai.onnx.ml']);
