import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

type Fill = (writer: BinaryWriter) => void;

const nested = (writer: BinaryWriter, field: number, fill: Fill): void => {
  writer.tag(field, WireType.LengthDelimited).fork();
  fill(writer);
  writer.join();
};
const text = (writer: BinaryWriter, field: number, value: string): void => {
  writer.tag(field, WireType.LengthDelimited).string(value);
};

/** An external tensor, wherever a TensorProto may stand. */
export const externalTensor: Fill = (tensor) => {
  text(tensor, 8, 'weights');
  tensor.tag(14, WireType.Varint).int32(1);
};

/** A node with the given domain, its attribute filled by `attribute`. */
export const node =
  (domain: string, attribute: Fill = () => undefined): Fill =>
  (graph) =>
    nested(graph, 1, (written) => {
      text(written, 4, 'If');
      text(written, 7, domain);
      nested(written, 5, attribute);
    });

export const attributeGraph =
  (fill: Fill): Fill =>
  (attribute) =>
    nested(attribute, 6, fill);
export const attributeTensor =
  (fill: Fill): Fill =>
  (attribute) =>
    nested(attribute, 5, fill);
export const initializer =
  (fill: Fill): Fill =>
  (graph) =>
    nested(graph, 5, fill);

/** A model with nothing but what `graph` writes into its graph. */
export const onnxModel = (graph: Fill, opsetDomain = ''): Uint8Array => {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int64(8);
  nested(writer, 7, graph);
  nested(writer, 8, (opset) => {
    text(opset, 1, opsetDomain);
    opset.tag(2, WireType.Varint).int64(17);
  });
  return writer.finish();
};
