import {
  ATTRIBUTE,
  DATA_LOCATION_EXTERNAL,
  DIMENSION,
  ENTRY,
  FUNCTION,
  GRAPH,
  MODEL,
  NODE,
  OPSET,
  SHAPE,
  SPARSE_TENSOR,
  TENSOR,
  TENSOR_TYPE,
  TRAINING_INFO,
  TYPE,
  VALUE_INFO,
} from './onnx-format.js';
import { ProtobufError, type ProtobufField, protobufFields, protobufText } from './protobuf.js';

/** A tensor the graph takes or gives. A dimension is a size, or the name of one that is free. */
export interface TensorSignature {
  readonly name: string;
  /** TensorProto.DataType; 1 is float32, 0 when the value is no plain tensor. */
  readonly elementType: number;
  readonly shape: readonly (number | string)[];
}

/** What a file says of itself, read without running any of it. */
export interface OnnxSummary {
  readonly irVersion: number;
  readonly inputs: readonly TensorSignature[];
  readonly outputs: readonly TensorSignature[];
  readonly opsets: Readonly<Record<string, number>>;
  /** Domains of all nodes, in subgraphs and functions too. */
  readonly nodeDomains: readonly string[];
  readonly nodes: number;
  /** Names of tensors kept outside of the file. */
  readonly externalTensors: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

export class OnnxFormatError extends Error {
  override readonly name = 'OnnxFormatError';
  readonly code = 'ONNX_INVALID';
}

interface Findings {
  readonly nodeDomains: Set<string>;
  readonly externalTensors: string[];
  nodes: number;
}

const NESTING_MAX = 32;

const eachField = (bytes: Uint8Array, visit: (field: ProtobufField) => void): void => protobufFields(bytes).forEach(visit);

const inspectTensor = (bytes: Uint8Array, found: Findings): void => {
  let name = '';
  let external = false;
  eachField(bytes, (field) => {
    if (field.number === TENSOR.name) name = protobufText(field.bytes);
    if (field.number === TENSOR.externalData) external = true;
    if (field.number === TENSOR.dataLocation && field.value === DATA_LOCATION_EXTERNAL) external = true;
  });
  if (external) found.externalTensors.push(name);
};

const inspectSparseTensor = (bytes: Uint8Array, found: Findings): void =>
  eachField(bytes, (field) => {
    if (field.number === SPARSE_TENSOR.values || field.number === SPARSE_TENSOR.indices) inspectTensor(field.bytes, found);
  });

const inspectAttribute = (bytes: Uint8Array, found: Findings, depth: number): void =>
  eachField(bytes, (field) => {
    if (field.number === ATTRIBUTE.tensor || field.number === ATTRIBUTE.tensors) inspectTensor(field.bytes, found);
    if (field.number === ATTRIBUTE.sparseTensor || field.number === ATTRIBUTE.sparseTensors) inspectSparseTensor(field.bytes, found);
    if (field.number === ATTRIBUTE.graph || field.number === ATTRIBUTE.graphs) inspectGraph(field.bytes, found, depth + 1);
  });

const inspectNode = (bytes: Uint8Array, found: Findings, depth: number): void => {
  let domain = '';
  eachField(bytes, (field) => {
    if (field.number === NODE.domain) domain = protobufText(field.bytes);
    if (field.number === NODE.attribute) inspectAttribute(field.bytes, found, depth);
  });
  found.nodeDomains.add(domain);
  found.nodes += 1;
};

const inspectGraph = (bytes: Uint8Array, found: Findings, depth: number): void => {
  if (depth > NESTING_MAX) throw new OnnxFormatError(`graphs are nested more than ${NESTING_MAX} deep`);
  eachField(bytes, (field) => {
    if (field.number === GRAPH.node) inspectNode(field.bytes, found, depth);
    if (field.number === GRAPH.initializer) inspectTensor(field.bytes, found);
    if (field.number === GRAPH.sparseInitializer) inspectSparseTensor(field.bytes, found);
  });
};

const readDimension = (bytes: Uint8Array): number | string => {
  let size: number | string = '';
  eachField(bytes, (field) => {
    if (field.number === DIMENSION.value) size = field.value;
    if (field.number === DIMENSION.parameter) size = protobufText(field.bytes);
  });
  return size;
};

const readSignature = (bytes: Uint8Array): TensorSignature => {
  let name = '';
  let elementType = 0;
  const shape: (number | string)[] = [];
  eachField(bytes, (field) => {
    if (field.number === VALUE_INFO.name) name = protobufText(field.bytes);
    if (field.number !== VALUE_INFO.type) return;
    eachField(field.bytes, (type) => {
      if (type.number !== TYPE.tensor) return;
      eachField(type.bytes, (tensor) => {
        if (tensor.number === TENSOR_TYPE.elementType) elementType = tensor.value;
        if (tensor.number !== TENSOR_TYPE.shape) return;
        eachField(tensor.bytes, (dimension) => {
          if (dimension.number === SHAPE.dimension) shape.push(readDimension(dimension.bytes));
        });
      });
    });
  });
  return { name, elementType, shape };
};

const readPair = (bytes: Uint8Array): readonly [string, string] => {
  let key = '';
  let value = '';
  eachField(bytes, (field) => {
    if (field.number === ENTRY.key) key = protobufText(field.bytes);
    if (field.number === ENTRY.value) value = protobufText(field.bytes);
  });
  return [key, value];
};

const readOpset = (bytes: Uint8Array): readonly [string, number] => {
  let domain = '';
  let version = 0;
  eachField(bytes, (field) => {
    if (field.number === OPSET.domain) domain = protobufText(field.bytes);
    if (field.number === OPSET.version) version = field.value;
  });
  return [domain, version];
};

const inspectFunction = (bytes: Uint8Array, found: Findings, opsets: Map<string, number>): void =>
  eachField(bytes, (field) => {
    if (field.number === FUNCTION.node) inspectNode(field.bytes, found, 0);
    if (field.number === FUNCTION.opsetImport) opsets.set(...readOpset(field.bytes));
  });

const inspectTraining = (bytes: Uint8Array, found: Findings): void =>
  eachField(bytes, (field) => {
    if (field.number === TRAINING_INFO.initialization || field.number === TRAINING_INFO.algorithm) inspectGraph(field.bytes, found, 0);
  });

const tensorName = (bytes: Uint8Array): string => {
  let name = '';
  eachField(bytes, (field) => {
    if (field.number === TENSOR.name) name = protobufText(field.bytes);
  });
  return name;
};

const inspectModel = (bytes: Uint8Array): OnnxSummary => {
  const found: Findings = { nodeDomains: new Set(), externalTensors: [], nodes: 0 };
  const opsets = new Map<string, number>();
  const metadata = new Map<string, string>();
  const initializers = new Set<string>();
  const inputs: TensorSignature[] = [];
  const outputs: TensorSignature[] = [];
  let irVersion = 0;
  let graphs = 0;
  eachField(bytes, (field) => {
    if (field.number === MODEL.irVersion) irVersion = field.value;
    if (field.number === MODEL.opsetImport) opsets.set(...readOpset(field.bytes));
    if (field.number === MODEL.metadata) metadata.set(...readPair(field.bytes));
    if (field.number === MODEL.functions) inspectFunction(field.bytes, found, opsets);
    if (field.number === MODEL.trainingInfo) inspectTraining(field.bytes, found);
    if (field.number !== MODEL.graph) return;
    graphs += 1;
    inspectGraph(field.bytes, found, 0);
    eachField(field.bytes, (part) => {
      if (part.number === GRAPH.input) inputs.push(readSignature(part.bytes));
      if (part.number === GRAPH.output) outputs.push(readSignature(part.bytes));
      if (part.number === GRAPH.initializer) initializers.add(tensorName(part.bytes));
    });
  });
  if (graphs !== 1 || irVersion === 0) throw new OnnxFormatError('the file holds no ONNX graph');
  return {
    irVersion,
    inputs: inputs.filter((input) => !initializers.has(input.name)),
    outputs,
    opsets: Object.fromEntries(opsets),
    nodeDomains: [...found.nodeDomains].sort(),
    nodes: found.nodes,
    externalTensors: found.externalTensors,
    metadata: Object.fromEntries(metadata),
  };
};

/**
 * Reads what a file asks for before anything loads it: signature, operator domains and tensors outside of the file, at any depth.
 * Throws OnnxFormatError when the bytes are not an ONNX model.
 */
export const inspectOnnx = (bytes: Uint8Array): OnnxSummary => {
  try {
    return inspectModel(bytes);
  } catch (error) {
    if (error instanceof ProtobufError)
      throw new OnnxFormatError(`the file is no protobuf message, or was cut short: ${error.message}`, { cause: error });
    throw error;
  }
};
