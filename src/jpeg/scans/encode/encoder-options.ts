import { type ArithmeticConditioning, DEFAULT_CONDITIONING } from '../../entropy/arithmetic/conditioning.ts';
import { demand, type LaidOutComponent, requireInteger } from './encoder-input.ts';
import { checkScript, defaultScripts, type ProgressiveScan } from './scan-script.ts';

/** Names of the ways to code coefficients; 'auto' chooses the one that takes the fewest bytes. */
export type JpegEntropyChoice = 'huffman' | 'arithmetic' | 'auto';

/** Options for writing coefficients as a JPEG. */
export interface JpegEncodeOptions {
  /** MCUs between restart markers, 0 (the default) for none. */
  readonly restartInterval?: number;
  /**
   * Sequential JPEGs of several components: whether these share a scan (the default), or have one each. Arithmetic coding learns anew in
   * each scan, which suits components that have little in common.
   */
  readonly interleaved?: boolean;
  /**
   * - 'huffman' (the default): supported everywhere.
   * - 'arithmetic': smaller, sequential; read by libjpeg-turbo and software based on it, not by browsers.
   * - 'auto': the smallest stream of sequential Huffman, progressive Huffman and sequential arithmetic coding.
   */
  readonly entropy?: JpegEntropyChoice;
  /**
   * Whether to write several scans, each of which refines the picture, with Huffman coding. The default is no,
   * or, with entropy 'auto', whichever is smaller.
   */
  readonly progressive?: boolean;
  /**
   * The scans of a progressive JPEG; with them, `progressive` is true by default. Without them, the smallest of a few
   * scripts is written: libjpeg's own, and bands of coefficients without successive approximation.
   */
  readonly scans?: readonly ProgressiveScan[];
  /**
   * Conditioning of arithmetic coding, the same for all tables. 'best' (the default) searches for the fewest
   * bytes; 'default' is that of T.81 (L 0, U 1, Kx 5) and the fastest.
   */
  readonly conditioning?: ArithmeticConditioning | 'best' | 'default';
}

/** One way to write an image. */
export type Coding =
  | { readonly kind: 'sequential' }
  | { readonly kind: 'progressive'; readonly scans: readonly ProgressiveScan[] }
  | { readonly kind: 'arithmetic'; readonly conditioning: ArithmeticConditioning | 'best' };

/** Checks the options and returns the codings to choose from. */
export function resolveCodings(
  options: JpegEncodeOptions,
  components: readonly LaidOutComponent[],
): readonly Coding[] {
  const { entropy = 'huffman', scans, conditioning } = options;
  const progressive = options.progressive ?? (scans === undefined ? undefined : true);
  demand(
    entropy === 'huffman' || entropy === 'arithmetic' || entropy === 'auto',
    `entropy must be 'huffman', 'arithmetic' or 'auto', got '${entropy}'`,
  );
  demand(
    !(entropy === 'arithmetic' && progressive),
    'progressive arithmetic coding can be read but not written',
  );
  demand(scans === undefined || progressive !== false, 'option scans needs a progressive JPEG');
  demand(
    conditioning === undefined || (entropy !== 'huffman' && !progressive),
    'option conditioning needs sequential arithmetic coding',
  );
  if (scans !== undefined) checkScript(scans, components);
  const codings: Coding[] = [];
  if (entropy !== 'arithmetic' && !progressive) codings.push({ kind: 'sequential' });
  if (progressive ?? entropy === 'auto') {
    const scripts = scans === undefined ? defaultScripts(components) : [scans];
    codings.push(...scripts.map((script) => ({ kind: 'progressive' as const, scans: script })));
  }
  if (entropy !== 'huffman' && !progressive) {
    codings.push({ kind: 'arithmetic', conditioning: resolveConditioning(conditioning ?? 'best') });
  }
  return codings;
}

function resolveConditioning(
  conditioning: ArithmeticConditioning | 'best' | 'default',
): ArithmeticConditioning | 'best' {
  if (conditioning === 'best') return conditioning;
  if (conditioning === 'default') return DEFAULT_CONDITIONING;
  const { dcLower, dcUpper, acThreshold } = conditioning;
  requireInteger('conditioning.dcUpper', dcUpper, 0, 15);
  requireInteger('conditioning.dcLower', dcLower, 0, dcUpper);
  requireInteger('conditioning.acThreshold', acThreshold, 1, 63);
  return { dcLower, dcUpper, acThreshold };
}
