/**
 * The fields of onnx.proto that the importer reads: `[name, number, type]`, `[]` after the type for repeated fields.
 * Subgraphs (`g`) stay bytes, so messages nest at most five deep whatever the file says.
 */
export const MESSAGES: Readonly<
  Record<string, readonly (readonly [name: string, number: number, type: string])[]>
> = {
  ModelProto: [
    ['graph', 7, 'GraphProto'],
    ['opset_import', 8, 'OperatorSetIdProto[]'],
  ],
  OperatorSetIdProto: [
    ['domain', 1, 'STRING'],
    ['version', 2, 'INT64'],
  ],
  GraphProto: [
    ['node', 1, 'NodeProto[]'],
    ['initializer', 5, 'TensorProto[]'],
    ['input', 11, 'ValueInfoProto[]'],
    ['output', 12, 'ValueInfoProto[]'],
  ],
  NodeProto: [
    ['input', 1, 'STRING[]'],
    ['output', 2, 'STRING[]'],
    ['name', 3, 'STRING'],
    ['op_type', 4, 'STRING'],
    ['attribute', 5, 'AttributeProto[]'],
    ['domain', 7, 'STRING'],
  ],
  AttributeProto: [
    ['name', 1, 'STRING'],
    ['f', 2, 'FLOAT'],
    ['i', 3, 'INT64'],
    ['s', 4, 'BYTES'],
    ['t', 5, 'TensorProto'],
    ['g', 6, 'BYTES'],
    ['floats', 7, 'FLOAT[]'],
    ['ints', 8, 'INT64[]'],
    ['strings', 9, 'BYTES[]'],
    ['type', 20, 'INT32'],
  ],
  TensorProto: [
    ['dims', 1, 'INT64[]'],
    ['data_type', 2, 'INT32'],
    ['float_data', 4, 'FLOAT[]'],
    ['int32_data', 5, 'INT32[]'],
    ['int64_data', 7, 'INT64[]'],
    ['name', 8, 'STRING'],
    ['raw_data', 9, 'BYTES'],
    ['double_data', 10, 'DOUBLE[]'],
    ['uint64_data', 11, 'UINT64[]'],
    ['external_data', 13, 'StringStringEntryProto[]'],
    ['data_location', 14, 'INT32'],
  ],
  StringStringEntryProto: [
    ['key', 1, 'STRING'],
    ['value', 2, 'STRING'],
  ],
  ValueInfoProto: [
    ['name', 1, 'STRING'],
    ['type', 2, 'TypeProto'],
  ],
  TypeProto: [['tensor_type', 1, 'TensorTypeProto']],
  TensorTypeProto: [
    ['elem_type', 1, 'INT32'],
    ['shape', 2, 'TensorShapeProto'],
  ],
  TensorShapeProto: [['dim', 1, 'DimensionProto[]']],
  DimensionProto: [
    ['dim_value', 1, 'INT64'],
    ['dim_param', 2, 'STRING'],
  ],
};
