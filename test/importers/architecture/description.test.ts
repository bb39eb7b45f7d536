import { describe, expect, it } from 'vitest';
import { describe as read } from '../../../src/importers/architecture/description.ts';
import { parseDescription, printArchitecture } from '../../../src/importers/architecture/text.ts';
import { architectureOf, ZOO } from '../../../src/importers/architecture/zoo/index.ts';

const conv = { type: 'conv2d', weights: 'conv1' };
const network = (...layers: object[]): object => ({ input: [1, 8, 8], layers });

describe('a description', () => {
  it('has the defaults of a manifest; layers are called as their weights', () => {
    const { layers, outputs } = read(
      network(conv, { type: 'relu' }, { type: 'relu', name: 'r' }, { type: 'add', inputs: ['r', 'conv1'] }),
    );
    expect(layers.map(({ name, inputs }) => [name, inputs])).toEqual([
      ['conv1', ['input']],
      ['relu 1', ['conv1']],
      ['r', ['relu 1']],
      ['add 3', ['r', 'conv1']],
    ]);
    expect(outputs).toEqual(['add 3']);
    expect(layers[0].attributes).toEqual({
      strides: [1, 1],
      pads: [0, 0, 0, 0],
      dilations: [1, 1],
      groups: 1,
    });
  });

  it('has one number for both directions, and for all sides', () => {
    const pool = { type: 'max-pool', kernel: 3, strides: 2, pads: 1 };
    expect(read(network(pool)).layers[0].attributes).toMatchObject({
      kernel: [3, 3],
      strides: [2, 2],
      pads: [1, 1, 1, 1],
    });
  });

  it.each<[string, unknown, string]>([
    ['no object', [], 'the description: expected an object, got an empty array'],
    ['no layers', { input: [1, 8, 8] }, 'layers: expected a non-empty array, got nothing'],
    ['no input', { layers: [conv] }, 'input: expected a non-empty array, got nothing'],
    [
      'an input of no extent',
      { input: [0, 8, 8], layers: [conv] },
      'input.0: expected a whole number, 1 to 16777216, got 0',
    ],
    [
      'a field that is misspelt',
      { ...network(conv), layer: [] },
      "layer: unknown field, expected one of: input, layers, outputs (did you mean 'layers'?)",
    ],
    ['a layer that is none', network(conv, 7 as never), 'layers.1: expected an object, got 7'],
    [
      'no type',
      network({ weights: 'conv1' }),
      'layers.0.type: expected text of 1 to 100 characters, got nothing',
    ],
    [
      "an attribute of PyTorch's",
      network({ ...conv, stride: 2 }),
      "layers.0.stride: unknown field, expected one of: type, name, inputs, strides, pads, dilations, groups, weights, weight, bias (did you mean 'strides'?)",
    ],
    [
      'an attribute out of range',
      network({ ...conv, strides: [0, 1] }),
      'layers.0.strides: expected an array of 2 whole numbers, 1 to 65536, got an array',
    ],
    [
      'a convolution without weights',
      network({ type: 'conv2d' }),
      'layers.0: conv2d has no weights, expected "weights": "MODULE" as in MODULE.weight, or "weight": { "tensor": "NAME" }',
    ],
    [
      'weights of what has none',
      network({ type: 'relu', weights: 'r' }),
      'layers.0.weights: unknown field, expected one of: type, name, inputs',
    ],
    [
      'a layer that takes a later one',
      network({ ...conv, inputs: ['relu 1'] }, { type: 'relu' }),
      "layers.0.inputs.0: 'relu 1' is no earlier layer, nor 'input'",
    ],
    [
      'two layers of one name',
      network(conv, conv),
      `layers.1: there is an earlier layer 'conv1': give this one another "name"`,
    ],
    [
      'a layer called as the input',
      network({ type: 'relu', name: 'input' }),
      "layers.0: a layer is called 'input', as the input of the network is",
    ],
    ['an output that is no layer', { ...network(conv), outputs: ['x'] }, "outputs.0: 'x' is no layer"],
    [
      'an epsilon of words',
      network({ type: 'batch-norm', weights: 'b', epsilon: 'small' }),
      'layers.0.epsilon: expected a number, 0 to 1, got "small"',
    ],
  ])('with %s is refused, naming the field', (_, description, message) => {
    expect(() => read(description)).toThrow(
      expect.objectContaining({ code: 'ARCHITECTURE_INVALID', message }),
    );
  });

  it('with an operator that is none names the closest', () => {
    expect(() => read(network({ type: 'conv2' }))).toThrow(
      expect.objectContaining({
        code: 'OPERATOR_UNKNOWN',
        message: expect.stringMatching(
          /^layers\.0\.type: unknown operator 'conv2' \(did you mean 'conv2d'\?\)/,
        ),
      }),
    );
    // Only passes make it.
    expect(() => read(network({ type: 'coefficient-conv2d' }))).toThrow(/unknown operator/);
  });
});

describe('its text', () => {
  it.each(Object.keys(ZOO))('%s is read as it was printed', (name) => {
    const architecture = architectureOf(name);
    const text = printArchitecture(architecture);
    expect(parseDescription(new TextEncoder().encode(text))).toEqual(architecture);
    expect(text.split('\n').length).toBe(architecture.layers.length + 6);
  });

  it('has outputs where there are several', () => {
    const architecture = { input: [4], layers: [{ type: 'relu', name: 'r' }], outputs: ['r'] };
    expect(printArchitecture(architecture)).toBe(
      '{\n  "input": [4],\n  "layers": [\n    { "type": "relu", "name": "r" }\n  ],\n  "outputs": ["r"]\n}\n',
    );
  });

  it.each([
    ['words', 'resnet20'],
    ['a comma too many', '{ "input": [1], }'],
  ])('%s are no JSON', (_, text) => {
    expect(() => parseDescription(new TextEncoder().encode(text))).toThrow(
      expect.objectContaining({
        code: 'ARCHITECTURE_INVALID',
        message: expect.stringMatching(/^this is no JSON: .*, expected a description as 'wjpeg architecture/),
      }),
    );
  });

  it('that is not UTF-8 is refused', () => {
    expect(() => parseDescription(Uint8Array.of(0x7b, 0xff))).toThrow(/this is no JSON/);
  });
});
