import type { CalibratedForest } from './calibrated-forest.js';
import type { Forest } from './forest.js';
import {
  ATTRIBUTE,
  ATTRIBUTE_TYPE,
  DIMENSION,
  ELEMENT_TYPE_FLOAT,
  ENTRY,
  GRAPH,
  MODEL,
  NODE,
  OPSET,
  SHAPE,
  TENSOR_TYPE,
  TYPE,
  VALUE_INFO,
} from './onnx-format.js';
import { ProtobufWriter } from './protobuf.js';

/** Names of the one input and the two outputs that every served model has. */
export const INPUT_NAME = 'features';
export const SCORE_OUTPUT = 'score';
export const PROBABILITY_OUTPUT = 'probability_up';

const IR_VERSION = 8;
const OPSET_VERSION = 17;
const ML_OPSET_VERSION = 3;

type Fill = (writer: ProtobufWriter) => void;

const attribute = (writer: ProtobufWriter, name: string, type: number, fill: Fill): void =>
  writer.message(NODE.attribute, (inner) => {
    inner.text(ATTRIBUTE.name, name);
    fill(inner);
    inner.integer(ATTRIBUTE.type, type);
  });

const integers = (writer: ProtobufWriter, name: string, values: readonly number[]): void =>
  attribute(writer, name, ATTRIBUTE_TYPE.integers, (inner) => {
    for (const value of values) inner.integer(ATTRIBUTE.integers, value);
  });
const floats = (writer: ProtobufWriter, name: string, values: readonly number[]): void =>
  attribute(writer, name, ATTRIBUTE_TYPE.floats, (inner) => {
    for (const value of values) inner.float(ATTRIBUTE.floats, value);
  });
const texts = (writer: ProtobufWriter, name: string, values: readonly string[]): void =>
  attribute(writer, name, ATTRIBUTE_TYPE.texts, (inner) => {
    for (const value of values) inner.text(ATTRIBUTE.texts, value);
  });

/** Nodes of all trees side by side, as TreeEnsembleRegressor wants them. */
const forestAttributes = (writer: ProtobufWriter, forest: Forest): void => {
  const nodes = forest.trees.flatMap((tree, treeId) =>
    Array.from(tree.left, (left, node) => ({ tree, treeId, node, isLeaf: left === -1 })),
  );
  const leaves = nodes.filter((entry) => entry.isLeaf);
  integers(
    writer,
    'nodes_treeids',
    nodes.map((entry) => entry.treeId),
  );
  integers(
    writer,
    'nodes_nodeids',
    nodes.map((entry) => entry.node),
  );
  texts(
    writer,
    'nodes_modes',
    nodes.map((entry) => (entry.isLeaf ? 'LEAF' : 'BRANCH_LEQ')),
  );
  integers(
    writer,
    'nodes_featureids',
    nodes.map(({ tree, node }) => tree.feature[node]!),
  );
  floats(
    writer,
    'nodes_values',
    nodes.map(({ tree, node }) => tree.threshold[node]!),
  );
  integers(
    writer,
    'nodes_truenodeids',
    nodes.map(({ tree, node, isLeaf }) => (isLeaf ? 0 : tree.left[node]!)),
  );
  integers(
    writer,
    'nodes_falsenodeids',
    nodes.map(({ tree, node, isLeaf }) => (isLeaf ? 0 : tree.right[node]!)),
  );
  integers(
    writer,
    'target_treeids',
    leaves.map((entry) => entry.treeId),
  );
  integers(
    writer,
    'target_nodeids',
    leaves.map((entry) => entry.node),
  );
  integers(
    writer,
    'target_ids',
    leaves.map(() => 0),
  );
  floats(
    writer,
    'target_weights',
    leaves.map(({ tree, node }) => tree.leaf[node]!),
  );
  floats(writer, 'base_values', [forest.baseScore]);
  attribute(writer, 'n_targets', ATTRIBUTE_TYPE.integer, (inner) => inner.integer(ATTRIBUTE.integer, 1));
  attribute(writer, 'aggregate_function', ATTRIBUTE_TYPE.text, (inner) => inner.text(ATTRIBUTE.text, 'SUM'));
  attribute(writer, 'post_transform', ATTRIBUTE_TYPE.text, (inner) => inner.text(ATTRIBUTE.text, 'NONE'));
};

const treeNode = (writer: ProtobufWriter, input: string, output: string, forest: Forest): void =>
  writer.message(GRAPH.node, (node) => {
    node.text(NODE.input, input);
    node.text(NODE.output, output);
    node.text(NODE.name, output);
    node.text(NODE.opType, 'TreeEnsembleRegressor');
    forestAttributes(node, forest);
    node.text(NODE.domain, 'ai.onnx.ml');
  });

const floatMatrix = (writer: ProtobufWriter, field: number, name: string, columns: number): void =>
  writer.message(field, (info) => {
    info.text(VALUE_INFO.name, name);
    info.message(VALUE_INFO.type, (type) =>
      type.message(TYPE.tensor, (tensor) => {
        tensor.integer(TENSOR_TYPE.elementType, ELEMENT_TYPE_FLOAT);
        tensor.message(TENSOR_TYPE.shape, (shape) => {
          shape.message(SHAPE.dimension, (dimension) => dimension.text(DIMENSION.parameter, 'N'));
          shape.message(SHAPE.dimension, (dimension) => dimension.integer(DIMENSION.value, columns));
        });
      }),
    );
  });

const operatorSet = (writer: ProtobufWriter, domain: string, version: number): void =>
  writer.message(MODEL.opsetImport, (opset) => {
    opset.text(OPSET.domain, domain);
    opset.integer(OPSET.version, version);
  });

/**
 * The model as an ONNX file (IR 8, opset 17, ai.onnx.ml 3): `features` [N, inputs] float32 to `score` and `probability_up` [N, 1] float32.
 * Self-contained: the calibration is in the graph. The same model and metadata give the same bytes.
 */
export const exportOnnx = (model: CalibratedForest, metadata: Readonly<Record<string, string>>): Uint8Array => {
  const writer = new ProtobufWriter();
  writer.integer(MODEL.irVersion, IR_VERSION);
  writer.text(MODEL.producerName, 'tradewind');
  writer.message(MODEL.graph, (graph) => {
    treeNode(graph, INPUT_NAME, SCORE_OUTPUT, model.forest);
    treeNode(graph, SCORE_OUTPUT, PROBABILITY_OUTPUT, model.table);
    graph.text(GRAPH.name, 'tradewind-forest');
    floatMatrix(graph, GRAPH.input, INPUT_NAME, model.forest.inputs);
    floatMatrix(graph, GRAPH.output, SCORE_OUTPUT, 1);
    floatMatrix(graph, GRAPH.output, PROBABILITY_OUTPUT, 1);
  });
  operatorSet(writer, '', OPSET_VERSION);
  operatorSet(writer, 'ai.onnx.ml', ML_OPSET_VERSION);
  for (const key of Object.keys(metadata).sort()) {
    writer.message(MODEL.metadata, (entry) => {
      entry.text(ENTRY.key, key);
      entry.text(ENTRY.value, metadata[key]!);
    });
  }
  return writer.finish();
};
