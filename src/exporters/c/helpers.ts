import { table } from './text.ts';
import { INVERSE } from './transform.ts';

/** A piece of C that several layers may use. */
export type Helper = 'dct8' | 'transformRuns' | 'sumPlaces' | 'matrixBlock' | 'dot';

const DCT8 = `#define SUM(a, b) ((int16_t)((a) + (b)))
#define DIFFERENCE(a, b) ((int16_t)((a) - (b)))

/* a * b / 65536 */
static int16_t product(int16_t a, int16_t b)
{
    return (int16_t)(((int32_t)a * b) >> 16);
}

/* The DCT of 8 numbers in place, scaled (Arai, Agui and Nakajima 1988). */
static void dct8(int16_t *t)
{
    int16_t const s0 = SUM(t[0], t[7]);
    int16_t const s1 = SUM(t[1], t[6]);
    int16_t const s2 = SUM(t[2], t[5]);
    int16_t const s3 = SUM(t[3], t[4]);
    int16_t const d0 = DIFFERENCE(t[0], t[7]);
    int16_t const d1 = DIFFERENCE(t[1], t[6]);
    int16_t const d2 = DIFFERENCE(t[2], t[5]);
    int16_t const d3 = DIFFERENCE(t[3], t[4]);
    int16_t a;
    int16_t b;
    int16_t c;
    int16_t z;

    a = SUM(s0, s3);
    b = SUM(s1, s2);
    t[0] = SUM(a, b);
    t[4] = DIFFERENCE(a, b);
    a = DIFFERENCE(s0, s3);
    b = SUM(a, DIFFERENCE(s1, s2));
    b = DIFFERENCE(b, product(b, 19195)); /* sqrt(1/2) */
    t[2] = SUM(a, b);
    t[6] = DIFFERENCE(a, b);

    a = SUM(d3, d2);
    b = SUM(d2, d1);
    c = SUM(d1, d0);
    z = product(DIFFERENCE(a, c), 25080);                  /* sin(pi/8) */
    a = SUM(DIFFERENCE(a, product(a, 30068)), z);          /* sqrt(2) * sin(pi/8) */
    c = SUM(SUM(c, product(c, 20091)), z);                 /* sqrt(2) * cos(pi/8) */
    b = DIFFERENCE(b, product(b, 19195));                  /* sqrt(1/2) */
    z = SUM(d0, b);
    b = DIFFERENCE(d0, b);
    t[5] = SUM(b, a);
    t[3] = DIFFERENCE(b, a);
    t[1] = SUM(z, c);
    t[7] = DIFFERENCE(z, c);
}
`;

const TRANSFORM_RUNS = `/* The DCT of each run of 8 numbers. */
static void transform_runs(int16_t *x, uint16_t runs)
{
    for (; runs != 0U; runs--) {
        if ((x[0] | x[1] | x[2] | x[3] | x[4] | x[5] | x[6] | x[7]) != 0) {
            dct8(x);
        }
        x += 8;
    }
}
`;

/** What a function that adds up a row of codes has of its own, as lines of C at the depth where they stand. */
interface RowOfCodes {
  /** After `total`. */
  readonly state?: string;
  /** Of a code that says by how much a place moves: what stands before `value`, and the move itself. */
  readonly declare?: string;
  readonly move: string;
  /** What is added for a coefficient. */
  readonly term: string;
}

/** The body of a function that goes through a row of codes (codes.ts): `codes` and `x` move, `*sum` gets the total. */
function sumOfCodes({ state = '', declare = '', move, term }: RowOfCodes): string {
  return `{
    int32_t total = 0;
${state}
    for (;;) {
        uint8_t const code = FLASH_U8(codes);
        uint8_t const high = (uint8_t)(code & 0xF0U);

        codes++;
        if (high == 0x80U) {
            if (code == 0x8FU) {
                break;
            }
            x += (uint8_t)(code * 16U + 16U);
        } else {
${declare}            int8_t value = (int8_t)((int8_t)(high >> 4) - 8);

${move}
            if (high == 0U) {
                value = (int8_t)FLASH_U8(codes);
                codes++;
            }
            total += ${term};
        }
    }
    *sum = total;
    return codes;
}
`;
}

const SUM_PLACES = `/* Adds up a row of coefficients times the places that they belong to; returns where the next row begins. */
static const uint8_t *sum_places(const uint8_t *codes, const int16_t *x, int32_t *sum)
${sumOfCodes({ move: '            x += (uint8_t)(code & 0x0FU);', term: '(int32_t)*x * value' })}`;

const MATRIX_BLOCK = `${table('int16_t', 'inverse_dct', INVERSE)}
/* One frequency of 8 outputs: coefficients times factors times the DCT of the inputs. */
static const uint8_t *sum_frequencies(const uint8_t *codes, const int16_t *factors, const int16_t *x, int32_t *sum)
${sumOfCodes({
  state: '    uint8_t u = 0U;\n',
  declare: '            uint8_t const step = (uint8_t)(code & 0x0FU);\n',
  move: '            x += step;\n            u = (uint8_t)((uint8_t)(u + step) & 7U);',
  term: '(int32_t)*x * (int16_t)(value * (int16_t)FLASH_U16(&factors[u]))',
})}
/* 8 outputs: their frequencies, of which \`live\` says which have coefficients, and the inverse DCT of them. */
static const uint8_t *matrix_block(const uint8_t *codes, const int16_t *factors, uint8_t live, uint8_t shift,
                                   const int16_t *x, int32_t *y)
{
    const int16_t *basis = inverse_dct;

    for (uint8_t i = 0U; i < 8U; i++) {
        y[i] = 0;
    }
    for (uint8_t v = 0U; v < 8U; v++) {
        if ((live & 1U) != 0U) {
            int32_t sum;
            int16_t z;

            codes = sum_frequencies(codes, factors, x, &sum);
            z = (int16_t)((sum + (((int32_t)1 << shift) >> 1)) >> shift);
            for (uint8_t i = 0U; i < 8U; i++) {
                y[i] += (int32_t)z * (int16_t)FLASH_U16(&basis[i]);
            }
        }
        live >>= 1;
        factors += 8;
        basis += 8;
    }
    return codes;
}
`;

const DOT = `/* int8 weights times inputs. */
static int32_t dot(const int8_t *weights, const int16_t *x, uint16_t count)
{
    int32_t total = 0;

    for (; count != 0U; count--) {
        total += (int32_t)*x * (int8_t)FLASH_U8(weights);
        weights++;
        x++;
    }
    return total;
}
`;

/** Helpers in the order in which C must have them. */
const TEXTS: Readonly<Record<Helper, string>> = {
  dct8: DCT8,
  transformRuns: TRANSFORM_RUNS,
  sumPlaces: SUM_PLACES,
  matrixBlock: MATRIX_BLOCK,
  dot: DOT,
};

/** The text of those that are used. */
export function helperText(used: ReadonlySet<Helper>): string {
  return (Object.keys(TEXTS) as Helper[])
    .filter((helper) => used.has(helper))
    .map((helper) => TEXTS[helper])
    .join('\n');
}
