import type { RowsNode } from '../../weights/network.ts';
import type { Helper } from './helpers.ts';
import type { RowsInteger } from './layer.ts';
import { counter, table } from './text.ts';

/** C that takes a picture, its memory, and what `begin` does for it. */
export interface InputText {
  readonly text: string;
  readonly begin: string;
  readonly helpers: readonly Helper[];
}

/** Numbers of the strip of 8 lines that waits for its vertical DCT. */
export function stripSize({ tile }: RowsNode, { across }: RowsInteger): number {
  return 8 * tile.blocksPerRow * across;
}

/**
 * Rows of samples and blocks of coefficients as the frequencies that the first layer uses. Each line is transformed when it
 * comes, the columns of a strip after its last line.
 */
export function pictureText(
  layer: RowsInteger,
  { tile }: RowsNode,
  prefix: string,
  strip: string,
  places: string,
): InputText {
  const { across, down, masks, pixelFactors, coefficientFactors, coefficientShift } = layer;
  const perLine = tile.blocksPerRow * across;
  const column = counter(tile.blocksPerRow * 8);
  const text = `${table('uint8_t', 'masks', masks)}
${table('uint16_t', 'pixel_factors', pixelFactors)}
${table('uint16_t', 'coefficient_factors', coefficientFactors)}
static const uint8_t *mask;
static int16_t *place;
static ${counter(tile.height)} lines_left;
static uint8_t line;

/* The vertical DCT of 8 lines, as far as the network uses it. */
static void finish_strip(void)
{
    for (${counter(perLine)} column = 0U; column < ${perLine}U; column = (${counter(perLine)})(column + ${across}U)) {
        const uint16_t *factors = pixel_factors;

        for (uint8_t u = 0U; u < ${across}U; u++) {
            uint8_t used = FLASH_U8(mask);

            mask++;
            if (used != 0U) {
                const int16_t *from = &${strip}[column + u];
                int16_t any = 0;
                int16_t t[8];

                for (uint8_t i = 0U; i < 8U; i++) {
                    t[i] = *from;
                    any |= *from;
                    from += ${perLine};
                }
                if (any != 0) {
                    dct8(t);
                }
                for (uint8_t v = 0U; v < ${down}U; v++) {
                    if ((used & 1U) != 0U) {
                        *place = (int16_t)(((int32_t)t[v] * FLASH_U16(&factors[v])) >> 16);
                        place++;
                    }
                    used >>= 1;
                }
            }
            factors += ${down};
        }
    }
}

void ${prefix}_row(const uint8_t *samples)
{
    int16_t *to = &${strip}[line * ${perLine}U];

    for (${column} left = 0U; left < ${tile.blocksPerRow * 8}U; left = (${column})(left + 8U)) {
        uint8_t any = 0U;
        int16_t t[8];

        for (uint8_t i = 0U; i < 8U; i++) {
            ${column} const at = (${column})(left + i);

            t[i] = 0;
            if (${tile.x > 0 ? `(at >= ${tile.x}U) && ` : ''}(at < ${tile.x + tile.width}U)) {
                t[i] = (int16_t)(2 * *samples);
                any |= *samples;
                samples++;
            }
        }
        if (any != 0U) {
            dct8(t);
        }
        for (uint8_t u = 0U; u < ${across}U; u++) {
            *to = t[u];
            to++;
        }
    }
    line++;
    lines_left--;
    if (lines_left == 0U) {
        for (; line < 8U; line++) {
            for (${counter(perLine)} i = 0U; i < ${perLine}U; i++) {
                *to = 0;
                to++;
            }
        }
    }
    if (line == 8U) {
        finish_strip();
        line = 0U;
    }
}

void ${prefix}_block(const int16_t *coefficients, const uint16_t *quantization)
{
    const uint16_t *factors = coefficient_factors;

    for (uint8_t u = 0U; u < ${across}U; u++) {
        uint8_t used = FLASH_U8(mask);

        mask++;
        for (uint8_t v = 0U; v < ${down}U; v++) {
            if ((used & 1U) != 0U) {
                uint8_t const k = (uint8_t)(8U * v + u);
                int32_t value = coefficients[k];

                if (quantization != 0) {
                    value *= quantization[k];
                }
                if (k == 0U) {
                    value += 1024;
                }
                if (value < -2048) {
                    value = -2048;
                } else if (value > 2047) {
                    value = 2047;
                } else {
                    /* as samples of 8 bits give it */
                }
                value = (value * FLASH_U16(&factors[v])${coefficientShift > 0 ? ` + ${2 ** (coefficientShift - 1)}) >> ${coefficientShift}` : ')'};
                if (value < -32767) {
                    value = -32767;
                } else if (value > 32767) {
                    value = 32767;
                } else {
                    /* within its range */
                }
                *place = (int16_t)value;
                place++;
            }
            used >>= 1;
        }
        factors += ${down};
    }
}
`;
  const begin = `mask = masks;
place = ${places};
lines_left = ${tile.height}U;
line = ${tile.y}U;
${tile.y > 0 ? `for (${counter(tile.y * perLine)} i = 0U; i < ${tile.y * perLine}U; i++) {\n    ${strip}[i] = 0;\n}\n` : ''}`;
  return { text, begin, helpers: ['dct8'] };
}
