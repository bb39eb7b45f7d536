/** The interface of the server as OpenAPI 3.0 describes it: that of the protocol, and what the server has besides. */
export function openApi(version: string): object {
  const error = { description: 'Refused', content: json('#/components/schemas/error') };
  const unavailable = {
    ...error,
    description: 'Overloaded or draining; Retry-After says when to try again',
    headers: { 'Retry-After': { schema: { type: 'integer' } } },
  };
  const name = { name: 'model', in: 'path', required: true, schema: { type: 'string' } };
  const ofVersion = { name: 'version', in: 'path', required: true, schema: { type: 'string' } };
  const model = (path: string, parameters: object[]): Record<string, object> => ({
    [path]: { get: { summary: 'Model metadata', parameters, responses: { 200: ok('model'), 404: error } } },
    [`${path}/ready`]: {
      get: {
        summary: 'Model ready',
        parameters,
        responses: { 200: ok('ready'), 404: error, 503: ok('ready') },
      },
    },
    [`${path}/infer`]: {
      post: {
        summary: 'Inference',
        parameters: [
          ...parameters,
          {
            name: 'Inference-Header-Content-Length',
            in: 'header',
            description:
              'Bytes of JSON, where binary data of tensors follow; 0: the body is one picture, or FP32 values',
            schema: { type: 'integer', minimum: 0 },
          },
        ],
        requestBody: {
          required: true,
          content: {
            ...json('#/components/schemas/infer_request'),
            'application/octet-stream': { schema: { type: 'string', format: 'binary' } },
          },
        },
        responses: {
          200: ok('infer_response'),
          400: error,
          404: error,
          413: error,
          415: error,
          503: unavailable,
        },
      },
    },
  });
  return {
    openapi: '3.0.3',
    info: { title: 'wjpeg serve', version, description: 'Open Inference Protocol, version 2' },
    paths: {
      '/v2': { get: { summary: 'Server metadata', responses: { 200: ok('server') } } },
      '/v2/health/live': { get: { summary: 'Server live', responses: { 200: ok('health') } } },
      '/v2/health/ready': {
        get: { summary: 'Server ready', responses: { 200: ok('health'), 503: ok('health') } },
      },
      ...model('/v2/models/{model}', [name]),
      ...model('/v2/models/{model}/versions/{version}', [name, ofVersion]),
      '/metrics': {
        get: {
          summary: 'Metrics for Prometheus',
          responses: {
            200: { description: 'OK', content: { 'text/plain': { schema: { type: 'string' } } } },
          },
        },
      },
      '/openapi.json': { get: { summary: 'This description', responses: { 200: { description: 'OK' } } } },
    },
    components: { schemas: SCHEMAS },
  };
}

function json(reference: string): Record<string, object> {
  return { 'application/json': { schema: { $ref: reference } } };
}

function ok(schema: string): object {
  return { description: 'OK', content: json(`#/components/schemas/${schema}`) };
}

const text = { type: 'string' };
const texts = { type: 'array', items: text };
const shape = { type: 'array', items: { type: 'integer' } };
const datatype = { type: 'string', enum: ['FP32', 'BYTES'] };
const parameters = {
  type: 'object',
  additionalProperties: { anyOf: [text, { type: 'number' }, { type: 'boolean' }] },
};
const tensors = (items: string): object => ({
  type: 'array',
  items: { $ref: `#/components/schemas/${items}` },
});

const tensorWithData = {
  type: 'object',
  required: ['name', 'shape', 'datatype'],
  properties: {
    name: text,
    shape,
    datatype,
    parameters,
    data: { $ref: '#/components/schemas/tensor_data' },
  },
};

const SCHEMAS = {
  error: { type: 'object', required: ['error'], properties: { error: text } },
  health: { type: 'object', properties: { live: { type: 'boolean' }, ready: { type: 'boolean' } } },
  ready: {
    type: 'object',
    required: ['name', 'ready'],
    properties: { name: text, ready: { type: 'boolean' } },
  },
  server: {
    type: 'object',
    required: ['name', 'version', 'extensions'],
    properties: { name: text, version: text, extensions: texts },
  },
  model: {
    type: 'object',
    required: ['name', 'platform', 'inputs', 'outputs'],
    properties: {
      name: text,
      versions: texts,
      platform: text,
      inputs: tensors('tensor_metadata'),
      outputs: tensors('tensor_metadata'),
      properties: { type: 'object', additionalProperties: text },
    },
  },
  tensor_metadata: {
    type: 'object',
    required: ['name', 'datatype', 'shape'],
    properties: { name: text, datatype, shape },
  },
  infer_request: {
    type: 'object',
    required: ['inputs'],
    properties: {
      id: text,
      parameters,
      inputs: tensors('request_input'),
      outputs: tensors('request_output'),
    },
  },
  request_input: tensorWithData,
  tensor_data: {
    type: 'array',
    items: { anyOf: [{ $ref: '#/components/schemas/tensor_data' }, { type: 'number' }, text] },
  },
  request_output: { type: 'object', required: ['name'], properties: { name: text, parameters } },
  infer_response: {
    type: 'object',
    required: ['model_name', 'outputs'],
    properties: { model_name: text, model_version: text, id: text, outputs: tensors('response_output') },
  },
  response_output: tensorWithData,
};
