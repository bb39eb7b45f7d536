import type { Finish } from './finish.ts';
import type { Helper } from './helpers.ts';
import type { DenseInteger, IntegerLayer, MatrixInteger, RowsInteger } from './layer.ts';
import { counter, indented, roundingShift, table } from './text.ts';

/** C of a layer: `static void NAME(const int16_t *x, int16_t *out)`, of the last one with `int32_t *out`. */
export interface LayerText {
  readonly text: string;
  readonly helpers: readonly Helper[];
}

/** The function of a layer, with its tables. */
export function layerText(layer: IntegerLayer, name: string): LayerText {
  const { finish } = layer;
  const tables = [
    ...(finish.multipliers ? [table('int16_t', `${name}_multipliers`, finish.multipliers)] : []),
    ...(finish.bias ? [table('int32_t', `${name}_bias`, finish.bias)] : []),
  ];
  const body = {
    rows: () => rowsText(layer as RowsInteger, name),
    matrix: () => matrixText(layer as MatrixInteger, name),
    dense: () => denseText(layer as DenseInteger, name),
  }[layer.kind]();
  const type = finish.limit > 0 ? 'int16_t' : 'int32_t';
  const text = `${[...tables, ...body.tables].join('\n')}
/* ${layer.inputs} inputs, ${layer.outputs} outputs */
static void ${name}(const int16_t *x, ${type} *out)
{
${indented(body.code)}}
`;
  return { text, helpers: body.helpers };
}

interface Body {
  readonly tables: readonly string[];
  readonly code: string;
  readonly helpers: readonly Helper[];
}

function rowsText(layer: RowsInteger, name: string): Body {
  const { codes, live, outputs, finish } = layer;
  return {
    tables: [table('uint8_t', `${name}_codes`, codes), table('uint8_t', `${name}_live`, live)],
    helpers: ['sumPlaces'],
    code: `const uint8_t *codes = ${name}_codes;
uint8_t live = 0U;

for (${counter(outputs)} r = 0U; r < ${outputs}U; r++) {
    int32_t sum = 0;

    if ((r & 7U) == 0U) {
        live = FLASH_U8(&${name}_live[r >> 3]);
    }
    if ((live & 1U) != 0U) {
        codes = sum_places(codes, x, &sum);
    }
    live >>= 1;
${indented(finishText(finish, name))}}
`,
  };
}

function matrixText(layer: MatrixInteger, name: string): Body {
  const { codes, live, factors, outputs, finish, sumShift } = layer;
  return {
    tables: [
      table('uint8_t', `${name}_codes`, codes),
      table('uint8_t', `${name}_live`, live),
      table('int16_t', `${name}_factors`, factors),
    ],
    helpers: ['dct8', 'matrixBlock'],
    code: `const uint8_t *codes = ${name}_codes;
int32_t y[8];

for (${counter(outputs)} r = 0U; r < ${outputs}U; r++) {
    int32_t sum;

    if ((r & 7U) == 0U) {
        codes = matrix_block(codes, ${name}_factors, FLASH_U8(&${name}_live[r >> 3]), ${sumShift}U, x, y);
    }
    sum = y[r & 7U];
${indented(finishText(finish, name))}}
`,
  };
}

function denseText({ weights, inputs, outputs, finish }: DenseInteger, name: string): Body {
  return {
    tables: [table('int8_t', `${name}_weights`, weights)],
    helpers: ['dot'],
    code: `const int8_t *weights = ${name}_weights;

for (${counter(outputs)} r = 0U; r < ${outputs}U; r++) {
    int32_t sum = dot(weights, x, ${inputs}U);

    weights += ${inputs};
${indented(finishText(finish, name))}}
`,
  };
}

/** From `sum` of output r to `*out`. */
function finishText({ preShift, multipliers, bias, shift, limit, relu }: Finish, name: string): string {
  const lines: string[] = [];
  if (multipliers) {
    const scaled = preShift > 0 ? `(${roundingShift('sum', preShift)})` : 'sum';
    lines.push(`sum = (int32_t)(int16_t)${scaled} * (int16_t)FLASH_U16(&${name}_multipliers[r]);`);
  }
  if (bias) lines.push(`sum += (int32_t)FLASH_U32(&${name}_bias[r]);`);
  if (limit === 0) {
    if (relu) lines.push('sum = (sum < 0) ? 0 : sum;');
    lines.push('*out = sum;');
  } else {
    if (shift > 0) lines.push(`sum = ${roundingShift('sum', shift)};`);
    const low = relu ? '0' : `-${limit}`;
    lines.push(
      `if (sum < ${low}) {\n    sum = ${low};\n} else if (sum > ${limit}) {\n    sum = ${limit};\n} else {\n    /* within its range */\n}`,
    );
    lines.push('*out = (int16_t)sum;');
  }
  lines.push('out++;');
  return `${lines.join('\n')}\n`;
}
