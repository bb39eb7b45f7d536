import type { AverageIntegers, ConvolutionIntegers } from './integers.ts';
import type { MapSize, PoolStage } from './plan.ts';
import { counter, roundingShift } from './text.ts';

/** C of a stage that takes a map pixel by pixel: `static void NAME(const int16_t *pixel)`, and what `begin` does for it. */
export interface StageText {
  readonly text: string;
  readonly begin: string;
}

/** Memory of a convolution, in numbers. */
export interface ConvolutionSizes {
  /** Channels of a pixel as the layer takes them. */
  readonly channels: number;
  /** Padded lines that wait. */
  readonly window: number;
  /** What the kernel covers. */
  readonly patch: number;
  readonly out: number;
}

export function convolutionSizes({ kernel, window, from, layer }: ConvolutionIntegers): ConvolutionSizes {
  const [height, width] = kernel;
  const channels = layer.inputs / (height * width);
  const line = (from.width + window.pads[1] + window.pads[3]) * channels;
  return { channels, window: height * line, patch: layer.inputs, out: layer.outputs };
}

/** Channels of the widest pixel of padding, 0 where no convolution has any. */
export function paddingChannels(maps: readonly (ConvolutionIntegers | PoolStage)[]): number {
  return maps.reduce((max, stage) => (isPadded(stage) ? Math.max(max, stage.from.channels) : max), 0);
}

/** Whether a stage puts zeros around its map. */
export function isPadded(stage: ConvolutionIntegers | PoolStage): boolean {
  return stage.kind === 'convolution' && stage.window.pads.some((pad) => pad > 0);
}

/** A convolution: the last lines wait in a window; when a pixel completes the kernel's patch, the layer runs on it. */
export function convolutionText(
  stage: ConvolutionIntegers,
  name: string,
  layer: string,
  next: string,
  memory: { readonly window: string; readonly patch: string; readonly out: string },
): StageText {
  const { kernel, from, window } = stage;
  const [height, width] = kernel;
  const [top, left, bottom, right] = window.pads;
  const [down, across] = window.strides;
  const { channels } = convolutionSizes(stage);
  const lineWidth = from.width + left + right;
  const lineSize = lineWidth * channels;
  const transformed = stage.layer.kind === 'matrix';
  const padded = isPadded(stage);
  const put = padded ? `${name}_put` : name;
  const x = counter(lineWidth);
  const y = counter(from.height + top + bottom);
  const conditions = [
    // Compilers warn of comparisons that are always true.
    ...(height > 1 ? [`(${name}_y >= ${height - 1}U)`] : []),
    `(${name}_x >= ${width}U)`,
    ...(down > 1 ? [`(((${name}_y - ${height - 1}U) % ${down}U) == 0U)`] : []),
    ...(across > 1 ? [`(((${name}_x - ${width}U) % ${across}U) == 0U)`] : []),
  ];
  const complete = conditions.length > 1 ? `(${conditions.join(' && ')})` : conditions[0];
  const shift = `        for (${counter((height - 1) * lineSize)} i = 0U; i < ${(height - 1) * lineSize}U; i++) {
            ${memory.window}[i] = ${memory.window}[i + ${lineSize}U];
        }
`;
  const text = `static ${x} ${name}_x;
static ${y} ${name}_y;

/* ${from.channels} channels of a pixel into a ${height}x${width} convolution */
static void ${put}(const int16_t *pixel)
{
    int16_t *to = &${memory.window}[${(height - 1) * lineSize}U + ${name}_x * ${channels}U];

    for (${counter(channels)} c = 0U; c < ${channels}U; c++) {
        to[c] = ${channels > from.channels ? `(c < ${from.channels}U) ? pixel[c] : 0` : 'pixel[c]'};
    }
${transformed ? `    transform_runs(to, ${channels / 8}U);\n` : ''}    ${name}_x++;
    if ${complete} {
        const int16_t *line = &${memory.window}[(${name}_x - ${width}U) * ${channels}U];
        int16_t *patch = ${memory.patch};

        for (uint8_t i = 0U; i < ${height}U; i++) {
            for (${counter(width * channels)} j = 0U; j < ${width * channels}U; j++) {
                *patch = line[j];
                patch++;
            }
            line += ${lineSize};
        }
        ${layer}(${memory.patch}, ${memory.out});
        ${next}(${memory.out});
    }
    if (${name}_x == ${lineWidth}U) {
        ${name}_x = 0U;
        ${name}_y++;
${height > 1 ? shift : ''}    }
}
${padded ? paddingText(stage, name, put) : ''}`;
  return { text, begin: `${name}_x = 0U;\n${name}_y = 0U;\n` };
}

/** Puts zeros before and after the lines. */
function paddingText({ window, from }: ConvolutionIntegers, name: string, put: string): string {
  const [top, left, bottom, right] = window.pads;
  const line = from.width + left + right;
  const zeros = (count: number): string => `${name}_pad(${count}U);`;
  return `
static void ${name}_pad(uint16_t count)
{
    for (; count != 0U; count--) {
        ${put}(zeros);
    }
}

static void ${name}(const int16_t *pixel)
{
    if (${name}_x == 0U) {
        if (${name}_y == 0U) {
            ${zeros(top * line)}
        }
        ${zeros(left)}
    }
    ${put}(pixel);
    if (${name}_x == ${left + from.width}U) {
        ${zeros(right)}
    }
    if ((${name}_x == 0U) && (${name}_y == ${top + from.height}U)) {
        ${zeros(bottom * line)}
    }
}
`;
}

/** The maximum of windows that do not overlap; one line of outputs waits. */
export function poolText(
  { kernel, from, to }: PoolStage,
  name: string,
  next: string,
  row: string,
): StageText {
  const [height, width] = kernel;
  const { channels } = from;
  const text = `static ${counter(from.width)} ${name}_x;
static ${counter(from.height)} ${name}_y;

/* maximum of ${height}x${width} */
static void ${name}(const int16_t *pixel)
{
    if ((${name}_x < ${to.width * width}U) && (${name}_y < ${to.height * height}U)) {
        int16_t *best = &${row}[(${name}_x / ${width}U) * ${channels}U];
        uint8_t const first = (uint8_t)(((${name}_x % ${width}U) == 0U) && ((${name}_y % ${height}U) == 0U));

        for (${counter(channels)} c = 0U; c < ${channels}U; c++) {
            if ((first != 0U) || (pixel[c] > best[c])) {
                best[c] = pixel[c];
            }
        }
        if (((${name}_x % ${width}U) == ${width - 1}U) && ((${name}_y % ${height}U) == ${height - 1}U)) {
            ${next}(best);
        }
    }
    ${name}_x++;
    if (${name}_x == ${from.width}U) {
        ${name}_x = 0U;
        ${name}_y++;
    }
}
`;
  return { text, begin: `${name}_x = 0U;\n${name}_y = 0U;\n` };
}

/** The pixels of a map as a vector, channel after channel. */
export function flattenText({ channels, height, width }: MapSize, name: string, vector: string): StageText {
  const area = height * width;
  const text = `static ${counter(area)} ${name}_at;

/* ${channels}x${height}x${width} to a vector */
static void ${name}(const int16_t *pixel)
{
    int16_t *to = &${vector}[${name}_at];

    for (${counter(channels)} c = 0U; c < ${channels}U; c++) {
        *to = pixel[c];
        to += ${area};
    }
    ${name}_at++;
}
`;
  return { text, begin: `${name}_at = 0U;\n` };
}

/** The sums of the channels of a map, and `NAME_end`, which makes a vector of their means. */
export function averageText({ from, shift, limit }: AverageIntegers, name: string): StageText {
  const { channels, height, width } = from;
  const each = `for (${counter(channels)} c = 0U; c < ${channels}U; c++)`;
  const text = `static int32_t ${name}_sums[${channels}];

/* ${channels}x${height}x${width} to the sums of channels */
static void ${name}(const int16_t *pixel)
{
    ${each} {
        ${name}_sums[c] += pixel[c];
    }
}

/* their means */
static void ${name}_end(int16_t *out)
{
    ${each} {
        int32_t sum = ${roundingShift(`${name}_sums[c]`, shift)};

        if (sum < -${limit}) {
            sum = -${limit};
        } else if (sum > ${limit}) {
            sum = ${limit};
        } else {
            /* within its range */
        }
        out[c] = (int16_t)sum;
    }
}
`;
  return { text, begin: `${each} {\n    ${name}_sums[c] = 0;\n}\n` };
}
