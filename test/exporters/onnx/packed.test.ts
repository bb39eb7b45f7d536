import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SparseBuilder } from '../../../kernels/coefficient-multiply/sparse.ts';
import { type PackedPicture, packPicture } from '../../../src/exporters/onnx/packed.ts';
import { tileGeometry } from '../../../src/jpeg/dct/tile-geometry.ts';
import { mulberry32 } from '../../../src/random.ts';
import type { MatrixNode, RowsNode } from '../../../src/weights/network.ts';

const common = { name: 'a', bias: null, relu: false, scale: Float32Array.of(1), offset: null };
const quantization = new Uint16Array(64).fill(1);

/** All elements of a picture, by the definition of gaps. */
function unpacked({ down, across, values, gaps }: PackedPicture): Int16Array {
  if (gaps === undefined) return Int16Array.from(values);
  const picture = new Int16Array(64 * down * across);
  let place = 0;
  gaps.forEach((gap, at) => {
    place += gap;
    picture[place] = values[at];
  });
  return picture;
}

/** Rows of coefficients of which a share is not zero. */
function rows(count: number, columns: number, density: number, size: number, seed: number): Int16Array[] {
  const random = mulberry32(seed);
  return Array.from({ length: count }, () =>
    Int16Array.from({ length: columns }, () => (random() < density ? 1 + Math.floor(random() * size) : 0)),
  );
}

function built(content: readonly Int16Array[], columns: number): RowsNode['coefficients'] {
  const builder = new SparseBuilder(columns);
  for (const row of content) builder.addRow(row);
  return builder.finish();
}

const density = fc.constantFrom(0, 0.001, 0.1, 0.5, 1);
const magnitude = fc.constantFrom(100, 1000);
const seed = fc.nat();

it('coefficients of layout matrix lie in the picture as they are', () => {
  fc.assert(
    fc.property(fc.nat(4), fc.nat(60), density, magnitude, seed, (down, across, share, size, from) => {
      const columns = 8 * (across + 1);
      const content = rows(8 * (down + 1), columns, share, size, from);
      const node: MatrixNode = {
        ...common,
        kind: 'matrix',
        inFeatures: columns,
        outFeatures: content.length,
        coefficients: built(content, columns),
        quantization,
      };
      const packed = packPicture(node);
      expect([packed.down, packed.across]).toEqual([down + 1, across + 1]);
      expect([...unpacked(packed)]).toEqual(content.flatMap((row) => [...row]));
    }),
  );
});

it('those of layout rows are brought into the order of the picture', () => {
  fc.assert(
    fc.property(
      fc.nat(5),
      fc.nat(20),
      fc.nat(20),
      density,
      magnitude,
      seed,
      (tiles, w, h, share, size, from) => {
        const tile = tileGeometry(w + 1, h + 1, 2, 3);
        const { blocksPerRow: across, blocksPerColumn: down } = tile;
        const columns = 64 * across * down;
        const content = rows(tiles + 1, columns, share, size, from);
        const node: RowsNode = {
          ...common,
          kind: 'rows',
          tile,
          inFeatures: (w + 1) * (h + 1),
          outFeatures: tiles + 1,
          coefficients: built(content, columns),
          quantization,
        };
        const packed = packPicture(node);
        const picture = unpacked(packed);
        expect(picture.length).toBe(content.length * columns);
        content.forEach((row, index) => {
          row.forEach((value, at) => {
            const [block, v, u] = [at >> 6, (at >> 3) & 7, at & 7];
            const line = (index * down + Math.floor(block / across)) * 8 + v;
            expect(picture[line * across * 8 + (block % across) * 8 + u]).toBe(value);
          });
        });
      },
    ),
    { numRuns: 40 },
  );
});

it('few nonzeros are written with gaps, many as all elements, in as few bytes as they need', () => {
  const node = (share: number, size: number): MatrixNode => {
    const content = rows(8, 800, share, size, 5);
    return {
      ...common,
      kind: 'matrix',
      inFeatures: 800,
      outFeatures: 8,
      coefficients: built(content, 800),
      quantization,
    };
  };
  expect(packPicture(node(0.3, 100))).toMatchObject({
    gaps: expect.any(Uint8Array),
    values: expect.any(Int8Array),
  });
  expect(packPicture(node(0.9, 100)).gaps).toBeUndefined();
  expect(packPicture(node(0.9, 1000)).values).toBeInstanceOf(Int16Array);
  expect(packPicture(node(0, 100))).toMatchObject({ values: Int8Array.of(0), gaps: Uint8Array.of(0) });
});
