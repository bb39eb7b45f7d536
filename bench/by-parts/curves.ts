import { compress } from '../../src/compress/compress.ts';
import type { CompressOptions } from '../../src/compress/options.ts';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import type { LabelledPictures } from '../../src/image/labelled-pictures.ts';
import type { DenseNetwork } from '../../src/weights/dense-network.ts';
import { errorOf, prefixesOf } from './prefixes.ts';

/** What a net is worth after so many bytes. */
export interface CurvePoint {
  readonly bytes: number;
  readonly error: number;
  /** The quality of an ordinary file, or the scans of one that arrives. */
  readonly setting: string;
}

/** One file while it arrives, beside ordinary files of lower quality, stored in the same way. */
export interface ByPartsCurves {
  /** Affine maps: one for the layer, or one per row. */
  readonly scope: NonNullable<CompressOptions['scope']>;
  /** Of the progressive file, all of it. */
  readonly fileBytes: number;
  /** The progressive file: from so many bytes on a session answers with that error. */
  readonly partial: readonly CurvePoint[];
  /** Ordinary files, each of which answers when it is complete; from the smallest. */
  readonly ordinary: readonly CurvePoint[];
}

export interface ByPartsOptions {
  readonly input: CompressOptions['input'];
  /** Of the file that arrives. */
  readonly quality: number;
  /** Of the ordinary files. */
  readonly qualities: readonly number[];
}

/**
 * Measures a progressive file as it arrives, and ordinary files. Nothing is chosen here: the order of scans was, on
 * training pictures (src/compress/compress-layer.ts).
 */
export async function byPartsCurves(
  network: DenseNetwork,
  scope: NonNullable<CompressOptions['scope']>,
  { input, quality, qualities }: ByPartsOptions,
  test: LabelledPictures,
): Promise<ByPartsCurves> {
  const store = (quality: number, progressive: boolean): Uint8Array =>
    writeWjz(
      compress(network, {
        input,
        quality,
        progressive,
        layout: 'auto',
        map: 'min-max',
        scope,
        layers: 'auto',
        rest: 'F16',
      }).content,
    );
  const file = store(quality, true);
  const partial: CurvePoint[] = [];
  for (const prefix of await prefixesOf(file)) {
    const scans = `${prefix.scans} ${prefix.scans === 1 ? 'scan' : 'scans'}`;
    partial.push({ bytes: prefix.bytes, error: await errorOf(prefix.file, test), setting: scans });
  }
  const ordinary: CurvePoint[] = [];
  for (const each of qualities.toSorted((a, b) => a - b)) {
    const bytes = store(each, false);
    const error = await errorOf(readWjz(bytes), test);
    ordinary.push({ bytes: bytes.length, error, setting: `quality ${each}` });
  }
  return { scope, fileBytes: file.length, partial, ordinary };
}
