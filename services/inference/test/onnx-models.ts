import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Hand-made ONNX models that no trainer would write. Field numbers as in onnx.proto. */
type Fill = (writer: BinaryWriter) => void;

const FLOAT = 1;
const INT64 = 7;
const BOOL = 9;
const INTEGER_ATTRIBUTE = 2;
const GRAPH_ATTRIBUTE = 5;

const nested = (writer: BinaryWriter, field: number, fill: Fill): void => {
  writer.tag(field, WireType.LengthDelimited).fork();
  fill(writer);
  writer.join();
};
const text = (writer: BinaryWriter, field: number, value: string): void => {
  writer.tag(field, WireType.LengthDelimited).string(value);
};
const integer = (writer: BinaryWriter, field: number, value: bigint | number): void => {
  writer.tag(field, WireType.Varint).int64(value);
};

const value = (writer: BinaryWriter, field: number, name: string, type: number, shape: readonly (string | number)[]): void =>
  nested(writer, field, (info) => {
    text(info, 1, name);
    nested(info, 2, (kind) =>
      nested(kind, 1, (tensor) => {
        integer(tensor, 1, type);
        nested(tensor, 2, (dimensions) => {
          for (const size of shape)
            nested(dimensions, 1, (dimension) => (typeof size === 'string' ? text(dimension, 2, size) : integer(dimension, 1, size)));
        });
      }),
    );
  });

const scalar = (writer: BinaryWriter, name: string, type: number, number: bigint): void =>
  nested(writer, 5, (tensor) => {
    integer(tensor, 2, type);
    if (type === INT64) integer(tensor, 7, number);
    else tensor.tag(5, WireType.Varint).int32(Number(number));
    text(tensor, 8, name);
  });

const node = (writer: BinaryWriter, operator: string, inputs: readonly string[], outputs: readonly string[], attribute?: Fill): void =>
  nested(writer, 1, (written) => {
    for (const name of inputs) text(written, 1, name);
    for (const name of outputs) text(written, 2, name);
    text(written, 4, operator);
    if (attribute !== undefined) nested(written, 5, attribute);
  });

const bodyAttribute =
  (body: Fill): Fill =>
  (attribute) => {
    text(attribute, 1, 'body');
    nested(attribute, 6, body);
    integer(attribute, 20, GRAPH_ATTRIBUTE);
  };

const integerAttribute =
  (name: string, number: number): Fill =>
  (attribute) => {
    text(attribute, 1, name);
    integer(attribute, 3, number);
    integer(attribute, 20, INTEGER_ATTRIBUTE);
  };

/** Doubles what it carries, round after round. */
const doubling: Fill = bodyAttribute((body) => {
  node(body, 'Identity', ['going'], ['still']);
  node(body, 'Add', ['carried', 'carried'], ['doubled']);
  text(body, 2, 'body');
  value(body, 11, 'round', INT64, []);
  value(body, 11, 'going', BOOL, []);
  value(body, 11, 'carried', FLOAT, ['N', 1]);
  value(body, 12, 'still', BOOL, []);
  value(body, 12, 'doubled', FLOAT, ['N', 1]);
});

const model = (graph: Fill): Uint8Array => {
  const writer = new BinaryWriter();
  integer(writer, 1, 8);
  nested(writer, 7, graph);
  nested(writer, 8, (opset) => integer(opset, 2, 17));
  return writer.finish();
};

const signature = (graph: BinaryWriter, columns: number): void => {
  text(graph, 2, 'made-by-hand');
  value(graph, 11, 'features', FLOAT, ['N', columns]);
  value(graph, 12, 'score', FLOAT, ['N', 1]);
  value(graph, 12, 'probability_up', FLOAT, ['N', 1]);
};

/** Doubles its one input some 10^18 times: loads, has the right signature, never answers. */
export const endlessModel = (): Uint8Array =>
  model((graph) => {
    node(graph, 'Loop', ['rounds', 'go', 'features'], ['looped'], doubling);
    node(graph, 'Identity', ['looped'], ['score']);
    node(graph, 'Sigmoid', ['looped'], ['probability_up']);
    scalar(graph, 'rounds', INT64, 1_000_000_000_000_000_000n);
    scalar(graph, 'go', BOOL, 1n);
    signature(graph, 1);
  });

/** Doubles zero as often as its largest input says: quick on small inputs, endless on 10^18. Always answers 0 and one half. */
export const treacherousModel = (): Uint8Array =>
  model((graph) => {
    node(graph, 'ReduceMax', ['features'], ['largest'], integerAttribute('keepdims', 0));
    node(graph, 'Cast', ['largest'], ['rounds'], integerAttribute('to', INT64));
    node(graph, 'Sub', ['features', 'features'], ['zero']);
    node(graph, 'Loop', ['rounds', 'go', 'zero'], ['looped'], doubling);
    node(graph, 'Identity', ['looped'], ['score']);
    node(graph, 'Sigmoid', ['looped'], ['probability_up']);
    scalar(graph, 'go', BOOL, 1n);
    signature(graph, 1);
  });

/** Gives the logistic of its one input, so that a large one is the certainty 1. */
export const sigmoidModel = (): Uint8Array =>
  model((graph) => {
    node(graph, 'Identity', ['features'], ['score']);
    node(graph, 'Sigmoid', ['features'], ['probability_up']);
    signature(graph, 1);
  });
