import type { Manifest } from '../../format/manifest.ts';
import { type Lifetime, planMemory } from '../../graph/memory-plan.ts';
import { type Helper, helperText } from './helpers.ts';
import type { IntegerPlan, SampleIntegers } from './integers.ts';
import type { RowsInteger } from './layer.ts';
import { layerText } from './layer-text.ts';
import {
  averageText,
  convolutionSizes,
  convolutionText,
  flattenText,
  paddingChannels,
  poolText,
} from './map-text.ts';
import { pictureText, stripSize } from './picture-text.ts';
import { commentText, counter, indented, int32 } from './text.ts';

/** The C of a network. */
export interface Program {
  readonly source: string;
  readonly header: string;
  /** Numbers of int16 that all buffers share. */
  readonly bufferSize: number;
  readonly outputs: number;
}

/** What the files are called, and what they say of the network. */
export interface Described {
  /** Of the files, without their ends. */
  readonly name: string;
  /** Begins all names that other files see. */
  readonly prefix: string;
  readonly float: boolean;
  readonly manifest: Pick<Manifest, 'name' | 'license' | 'labels'>;
}

/** Buffers of int16 with the steps in which they live; step 0 takes the picture, step n runs the nth vector layer. */
class Buffers {
  readonly #lifetimes: Lifetime[] = [];
  readonly #names: string[] = [];

  add(name: string, size: number, first: number, last: number): string {
    this.#names.push(name);
    this.#lifetimes.push({ size, first, last });
    return name;
  }

  /** Names as macros of places in one array. */
  text(): { readonly text: string; readonly total: number } {
    const { offsets, total } = planMemory(this.#lifetimes);
    const lines = this.#names.map((name, i) => `#define ${name} (&memory[${offsets[i]}])`);
    return { text: `static int16_t memory[${total}];\n${lines.join('\n')}\n`, total };
  }
}

/** Writes the program of a plan. */
export function programText(plan: IntegerPlan, described: Described): Program {
  const { vectors } = plan;
  const { prefix, name: files } = described;
  const buffers = new Buffers();
  const helpers = new Set<Helper>();
  const use = <T extends { readonly helpers: readonly Helper[] }>(part: T): T => {
    for (const helper of part.helpers) helpers.add(helper);
    return part;
  };
  const outputs = vectors[vectors.length - 1].outputs;
  const texts = vectors.map((layer, i) => use(layerText(layer, `layer_${i + 1}`)).text);
  const names = vectors.map((layer, i) => {
    const size = layer.kind === 'matrix' ? Math.ceil(layer.inputs / 8) * 8 : layer.inputs;
    return buffers.add(`vector_${i + 1}`, size, i, i + 1);
  });
  if (vectors.some(({ kind }) => kind === 'matrix')) helpers.add('transformRuns');
  const input = inputText(plan, prefix, names[0], buffers, use, helpers);
  const end = [
    plan.average ? `average_end(${names[0]});\n` : '',
    ...vectors.map((layer, i) => {
      const to = i + 1 < vectors.length ? names[i + 1] : 'logits';
      const given = i > 0 ? vectors[i - 1].outputs : vectorLength(plan);
      return `${layer.kind === 'matrix' ? transformText(names[i], given, layer.inputs) : ''}layer_${i + 1}(${names[i]}, ${to});\n`;
    }),
  ].join('');
  const padding = paddingChannels(plan.maps);
  const { text: memory, total } = buffers.text();
  const source = `${titleText(described)}
#include "${files}.h"

#if defined(__AVR__)
#include <avr/pgmspace.h>
#define FLASH PROGMEM
#define FLASH_U8(p) pgm_read_byte(p)
#define FLASH_U16(p) pgm_read_word(p)
#define FLASH_U32(p) pgm_read_dword(p)
#else
#define FLASH
#define FLASH_U8(p) (*(p))
#define FLASH_U16(p) (*(p))
#define FLASH_U32(p) (*(p))
#endif

/* Shifts of negative integers to the right must keep their signs. */
typedef char shifts_keep_signs[((-1 >> 1) == -1) ? 1 : -1];

${memory}
static int32_t logits[${outputs}];
${padding > 0 ? `\nstatic const int16_t zeros[${padding}] = {0};\n` : ''}
${helperText(helpers)}
${texts.join('\n')}
${input.text}
void ${prefix}_begin(void)
{
${indented(input.begin)}}

uint16_t ${prefix}_end(void)
{
    uint16_t best = 0U;

${indented(end)}    for (${counter(outputs)} i = 1U; i < ${outputs}U; i++) {
        if (logits[i] > logits[best]) {
            best = i;
        }
    }
    return best;
}

const int32_t *${prefix}_logits(void)
{
    return logits;
}
${described.float ? `\nfloat ${prefix}_logit(uint16_t output)\n{\n    return (float)logits[output] * ${unitText(plan)}f;\n}\n` : ''}`;
  return { source, header: headerText(plan, described, outputs), bufferSize: total, outputs };
}

/** The inverse DCT needs whole runs; what pads the last one is zero. */
function transformText(vector: string, given: number, inputs: number): string {
  const size = Math.ceil(inputs / 8) * 8;
  const zeros =
    given < size
      ? `for (uint8_t i = 0U; i < ${size - given}U; i++) {\n    ${vector}[${given}U + i] = 0;\n}\n`
      : '';
  return `${zeros}transform_runs(${vector}, ${size / 8}U);\n`;
}

function vectorLength({ input, maps, average, pictures, vectors }: IntegerPlan): number {
  if (average) return average.from.channels;
  if (pictures) return vectors[0].inputs;
  const { channels, height, width } = maps.at(-1)?.to ?? input;
  return channels * height * width;
}

function unitText({ vectors }: IntegerPlan): string {
  const text = vectors[vectors.length - 1].finish.unit.toPrecision(9);
  return text.includes('.') || text.includes('e') ? text : `${text}.0`;
}

interface Taking {
  readonly text: string;
  readonly begin: string;
}

/** Takes the picture: blocks of it, or pixels through maps. */
function inputText(
  plan: IntegerPlan,
  prefix: string,
  vector: string,
  buffers: Buffers,
  use: <T extends { readonly helpers: readonly Helper[] }>(part: T) => T,
  helpers: Set<Helper>,
): Taking {
  const { pictures, samples, maps, average, vectors, input } = plan;
  if (pictures) {
    const first = vectors[0] as RowsInteger;
    const strip = buffers.add('strip', stripSize(pictures, first), 0, 0);
    return use(pictureText(first, pictures, prefix, strip, vector));
  }
  const last = maps.at(-1)?.to ?? input;
  let next = average ? 'average' : 'flatten';
  const toVector = average ? averageText(average, next) : flattenText(last, next, vector);
  const texts = [toVector.text];
  let { begin } = toVector;
  for (let i = maps.length - 1; i >= 0; i--) {
    const stage = maps[i];
    const name = `map_${i + 1}`;
    if (stage.kind === 'pool') {
      const row = buffers.add(`${name}_row`, stage.to.width * stage.to.channels, 0, 0);
      const pool = poolText(stage, name, next, row);
      texts.push(pool.text);
      begin += pool.begin;
    } else {
      const sizes = convolutionSizes(stage);
      const memory = {
        window: buffers.add(`${name}_window`, sizes.window, 0, 0),
        patch: buffers.add(`${name}_patch`, sizes.patch, 0, 0),
        out: buffers.add(`${name}_out`, sizes.out, 0, 0),
      };
      if (stage.layer.kind === 'matrix') helpers.add('transformRuns');
      const layer = use(layerText(stage.layer, `${name}_layer`));
      const convolution = convolutionText(stage, name, `${name}_layer`, next, memory);
      texts.push(layer.text, convolution.text);
      begin += convolution.begin;
    }
    next = name;
  }
  const { width, channels } = input;
  const pixel = pixelText(samples as SampleIntegers).join('\n        ');
  texts.push(`void ${prefix}_row(const uint8_t *samples)
{
    for (${counter(width)} x = 0U; x < ${width}U; x++) {
        int16_t pixel[${channels}];

        ${pixel}
        samples += ${channels};
        ${next}(pixel);
    }
}
`);
  return { text: texts.join('\n'), begin };
}

/** The integers of a pixel's samples. */
function pixelText({ shift, factors, means }: SampleIntegers): string[] {
  return means.map((mean, c) => {
    const value = factors
      ? `((int32_t)samples[${c}] * ${int32(factors[c])} - (${int32(mean)})) >> ${shift}`
      : `(samples[${c}] << ${shift})${mean === 0 ? '' : ` - ${mean}`}`;
    return `pixel[${c}] = (int16_t)(${value});`;
  });
}

/** The comment that both files begin with. */
function titleText({ manifest: { name, license } }: Described): string {
  const about = [name ?? 'A network', ...(license === undefined ? [] : [license])]
    .map(commentText)
    .join(', ');
  return `/* ${about}. Made by wjpeg export: integers only, no library functions. */`;
}

function headerText(plan: IntegerPlan, described: Described, outputs: number): string {
  const { prefix, float } = described;
  const { labels } = described.manifest;
  const { width, height, channels } = plan.input;
  const upper = prefix.toUpperCase();
  const blocks = plan.pictures && plan.pictures.tile.blocksPerRow * plan.pictures.tile.blocksPerColumn;
  return `${titleText(described)}
/* One picture at a time: begin, all rows${blocks ? ' or all blocks' : ''} from the top, end. */
#ifndef ${upper}_H
#define ${upper}_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ${upper}_WIDTH ${width}
#define ${upper}_HEIGHT ${height}
#define ${upper}_CHANNELS ${channels}
#define ${upper}_OUTPUTS ${outputs}
${blocks ? `#define ${upper}_BLOCKS ${blocks}\n` : ''}${labels ? `/* Outputs: ${labels.map(commentText).join(', ')} */\n` : ''}/* What 1 stands for in the logits. */
#define ${upper}_LOGIT_UNIT ${unitText(plan)}

/* Begins a picture. */
void ${prefix}_begin(void);

/* The next row from the top: ${upper}_WIDTH pixels of ${upper}_CHANNELS samples, 0 to 255. */
void ${prefix}_row(const uint8_t *samples);
${
  plan.pictures
    ? `
/* In place of rows: the next block of a grey JPEG of ${plan.pictures.tile.blocksPerRow * 8}x${plan.pictures.tile.blocksPerColumn * 8} with the picture at column ${plan.pictures.tile.x}, row ${plan.pictures.tile.y}
   and 0 around it. 64 quantised coefficients and the quantisation table, both in natural order (not zigzag); a table of 0 says
   that the coefficients are dequantised. */
void ${prefix}_block(const int16_t *coefficients, const uint16_t *quantization);
`
    : ''
}
/* Ends a picture: the output with the largest logit, the first of equal ones. */
uint16_t ${prefix}_end(void);

/* The logits of the last picture, ${upper}_OUTPUTS of them. */
const int32_t *${prefix}_logits(void);
${float ? `\n/* One of them as the network's real number. */\nfloat ${prefix}_logit(uint16_t output);\n` : ''}
#ifdef __cplusplus
}
#endif

#endif
`;
}
