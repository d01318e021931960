import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

import type { CalibratedForest } from './calibrated-forest.js';
import type { Forest } from './forest.js';
import {
  ATTRIBUTE, ATTRIBUTE_TYPE, DIMENSION, ELEMENT_TYPE_FLOAT, ENTRY, GRAPH, MODEL, NODE, OPSET, SHAPE, TENSOR_TYPE, TYPE, VALUE_INFO,
} from './onnx-format.js';

/** Names of the one input and the two outputs that every served model has. */
export const INPUT_NAME = 'features';
export const SCORE_OUTPUT = 'score';
export const PROBABILITY_OUTPUT = 'probability_up';

const IR_VERSION = 8;
const OPSET_VERSION = 17;
const ML_OPSET_VERSION = 3;

type Fill = (writer: BinaryWriter) => void;

const message = (writer: BinaryWriter, field: number, fill: Fill): void => {
  writer.tag(field, WireType.LengthDelimited).fork();
  fill(writer);
  writer.join();
};
const text = (writer: BinaryWriter, field: number, value: string): void => {
  writer.tag(field, WireType.LengthDelimited).string(value);
};
const integer = (writer: BinaryWriter, field: number, value: number): void => {
  writer.tag(field, WireType.Varint).int64(value);
};

const attribute = (writer: BinaryWriter, name: string, type: number, fill: Fill): void =>
  message(writer, NODE.attribute, (inner) => {
    text(inner, ATTRIBUTE.name, name);
    fill(inner);
    integer(inner, ATTRIBUTE.type, type);
  });

const integers = (writer: BinaryWriter, name: string, values: readonly number[]): void =>
  attribute(writer, name, ATTRIBUTE_TYPE.integers, (inner) => {
    for (const value of values) integer(inner, ATTRIBUTE.integers, value);
  });
const floats = (writer: BinaryWriter, name: string, values: readonly number[]): void =>
  attribute(writer, name, ATTRIBUTE_TYPE.floats, (inner) => {
    for (const value of values) inner.tag(ATTRIBUTE.floats, WireType.Bit32).float(value);
  });
const texts = (writer: BinaryWriter, name: string, values: readonly string[]): void =>
  attribute(writer, name, ATTRIBUTE_TYPE.texts, (inner) => {
    for (const value of values) text(inner, ATTRIBUTE.texts, value);
  });

/** Nodes of all trees side by side, as TreeEnsembleRegressor wants them. */
const forestAttributes = (writer: BinaryWriter, forest: Forest): void => {
  const nodes = forest.trees.flatMap((tree, treeId) => Array.from(tree.left, (left, node) => ({ tree, treeId, node, isLeaf: left === -1 })));
  const leaves = nodes.filter((entry) => entry.isLeaf);
  integers(writer, 'nodes_treeids', nodes.map((entry) => entry.treeId));
  integers(writer, 'nodes_nodeids', nodes.map((entry) => entry.node));
  texts(writer, 'nodes_modes', nodes.map((entry) => (entry.isLeaf ? 'LEAF' : 'BRANCH_LEQ')));
  integers(writer, 'nodes_featureids', nodes.map(({ tree, node }) => tree.feature[node]!));
  floats(writer, 'nodes_values', nodes.map(({ tree, node }) => tree.threshold[node]!));
  integers(writer, 'nodes_truenodeids', nodes.map(({ tree, node, isLeaf }) => (isLeaf ? 0 : tree.left[node]!)));
  integers(writer, 'nodes_falsenodeids', nodes.map(({ tree, node, isLeaf }) => (isLeaf ? 0 : tree.right[node]!)));
  integers(writer, 'target_treeids', leaves.map((entry) => entry.treeId));
  integers(writer, 'target_nodeids', leaves.map((entry) => entry.node));
  integers(writer, 'target_ids', leaves.map(() => 0));
  floats(writer, 'target_weights', leaves.map(({ tree, node }) => tree.leaf[node]!));
  floats(writer, 'base_values', [forest.baseScore]);
  attribute(writer, 'n_targets', ATTRIBUTE_TYPE.integer, (inner) => integer(inner, ATTRIBUTE.integer, 1));
  attribute(writer, 'aggregate_function', ATTRIBUTE_TYPE.text, (inner) => text(inner, ATTRIBUTE.text, 'SUM'));
  attribute(writer, 'post_transform', ATTRIBUTE_TYPE.text, (inner) => text(inner, ATTRIBUTE.text, 'NONE'));
};

const treeNode = (writer: BinaryWriter, input: string, output: string, forest: Forest): void =>
  message(writer, GRAPH.node, (node) => {
    text(node, NODE.input, input);
    text(node, NODE.output, output);
    text(node, NODE.name, output);
    text(node, NODE.opType, 'TreeEnsembleRegressor');
    forestAttributes(node, forest);
    text(node, NODE.domain, 'ai.onnx.ml');
  });

const floatMatrix = (writer: BinaryWriter, field: number, name: string, columns: number): void =>
  message(writer, field, (info) => {
    text(info, VALUE_INFO.name, name);
    message(info, VALUE_INFO.type, (type) =>
      message(type, TYPE.tensor, (tensor) => {
        integer(tensor, TENSOR_TYPE.elementType, ELEMENT_TYPE_FLOAT);
        message(tensor, TENSOR_TYPE.shape, (shape) => {
          message(shape, SHAPE.dimension, (dimension) => text(dimension, DIMENSION.parameter, 'N'));
          message(shape, SHAPE.dimension, (dimension) => integer(dimension, DIMENSION.value, columns));
        });
      }));
  });

const operatorSet = (writer: BinaryWriter, domain: string, version: number): void =>
  message(writer, MODEL.opsetImport, (opset) => {
    text(opset, OPSET.domain, domain);
    integer(opset, OPSET.version, version);
  });

/**
 * The model as an ONNX file (IR 8, opset 17, ai.onnx.ml 3): `features` [N, inputs] float32 to `score` and `probability_up` [N, 1] float32.
 * Self-contained: the calibration is in the graph. The same model and metadata give the same bytes.
 */
export const exportOnnx = (model: CalibratedForest, metadata: Readonly<Record<string, string>>): Uint8Array => {
  const writer = new BinaryWriter();
  integer(writer, MODEL.irVersion, IR_VERSION);
  text(writer, MODEL.producerName, 'tradewind');
  message(writer, MODEL.graph, (graph) => {
    treeNode(graph, INPUT_NAME, SCORE_OUTPUT, model.forest);
    treeNode(graph, SCORE_OUTPUT, PROBABILITY_OUTPUT, model.table);
    text(graph, GRAPH.name, 'tradewind-forest');
    floatMatrix(graph, GRAPH.input, INPUT_NAME, model.forest.inputs);
    floatMatrix(graph, GRAPH.output, SCORE_OUTPUT, 1);
    floatMatrix(graph, GRAPH.output, PROBABILITY_OUTPUT, 1);
  });
  operatorSet(writer, '', OPSET_VERSION);
  operatorSet(writer, 'ai.onnx.ml', ML_OPSET_VERSION);
  for (const key of Object.keys(metadata).sort()) {
    message(writer, MODEL.metadata, (entry) => {
      text(entry, ENTRY.key, key);
      text(entry, ENTRY.value, metadata[key]!);
    });
  }
  return writer.finish();
};
