import type { BackendName } from '../engine/backends/backend.ts';
import type { Path } from '../engine/path.ts';
import type { JpegProcess } from '../jpeg/index.ts';
import type { InputSpec, Origin } from '../wjz/manifest.ts';

/** All that a report says: the page is drawn from this and from nothing else, `--json` prints it. */
export interface ReportData {
  readonly model: ModelData;
  readonly layers: readonly LayerData[];
  /** What each path costs, the `coefficient` path first. */
  readonly costs: CostData;
  /** Absent where no labelled pictures were given. */
  readonly evaluation?: EvaluationData;
}

/** What the file says of itself. */
export interface ModelData {
  readonly file: string;
  /** Bytes of the whole file. */
  readonly bytes: number;
  /** Bytes of all weights and biases as float32. */
  readonly floatBytes: number;
  readonly weights: number;
  /** What is kept of them: nonzero coefficients, or all weights of layers that are no JPEGs. */
  readonly kept: number;
  readonly version: string;
  readonly name?: string;
  readonly description?: string;
  readonly license?: string;
  readonly input: InputSpec;
  /** One an output, as the file names them or else their indices. */
  readonly labels: readonly string[];
  /** The layers in order: names of linear ones, `relu`, `softmax`. */
  readonly chain: readonly string[];
  readonly origin?: Origin;
  /** Entries of the archive, in order. */
  readonly entries: readonly {
    readonly name: string;
    readonly bytes: number;
    readonly compressedBytes: number;
  }[];
  /** Name of the file with the original weights, if they were given. */
  readonly dense?: string;
}

/** One linear layer. */
export interface LayerData {
  readonly name: string;
  /** [O, I]. */
  readonly shape: readonly [number, number];
  readonly bias: boolean;
  readonly relu: boolean;
  readonly floatBytes: number;
  /** Bytes of the JPEG, or of the tensor, in the file. */
  readonly bytes: number;
  /** Absent where the weights are kept as a tensor. */
  readonly jpeg?: JpegData;
  /** The tensor's element type, where they are. */
  readonly tensor?: string;
}

/** A layer that is a JPEG. */
export interface JpegData {
  readonly arrangement: 'rows' | 'matrix';
  readonly process: JpegProcess;
  /** Size of the contact sheet in samples. */
  readonly width: number;
  readonly height: number;
  readonly nonzeros: number;
  /** Nonzero coefficients ÷ weights. */
  readonly density: number;
  readonly blocks: number;
  /** Neurons without any coefficient, counted for arrangement `rows`. */
  readonly emptyNeurons?: number;
  /** Part of the blocks in which a coefficient is not zero: 64 values in natural order (`v * 8 + u`). */
  readonly frequencies: readonly number[];
  /** 64 entries in natural order. */
  readonly quantization: readonly number[];
  /** Stored against original weights in dB, see `LayerReport.psnr`; absent where the original was not given. */
  readonly psnr?: number | 'exact';
  /**
   * Σ (w − ŵ)² ÷ Σ w² of original weights w and stored ones ŵ: at 1 or more they are no nearer than zeros would be. Absent
   * where the original was not given or is all zeros.
   */
  readonly relativeError?: number;
  readonly sheet: SheetData;
  readonly pictures: WeightData;
}

/** The contact sheet as a page can show it. */
export interface SheetData {
  /** A JPEG as a data URI. */
  readonly source: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  /** Whether it was written again with Huffman codes, which browsers need. */
  readonly recoded: boolean;
  /** Whether the tiles were laid out anew, nearer to a square. */
  readonly relaid: boolean;
}

/** Weights as grey pictures: black −`most`, mid-grey 0, white +`most`, a sample a weight. */
export interface WeightData {
  /** Whether the original neurons had to be put in order of energy to match the stored ones. */
  readonly reordered: boolean;
  /** How many neurons there are; for `rows` those with the greatest weights are shown. */
  readonly neurons: number;
  readonly pictures: readonly WeightPicture[];
}

/** One neuron (`rows`), or the top left of the matrix (`matrix`). */
export interface WeightPicture {
  /** Which neuron; absent for a matrix. */
  readonly neuron?: number;
  readonly width: number;
  readonly height: number;
  readonly most: number;
  /** PNGs as data URIs. */
  readonly stored: string;
  readonly original?: string;
}

/** What the paths cost, and how that was measured. */
export interface CostData {
  /** The machine in one line. */
  readonly machine: string;
  /** What was run: the first picture given, or seeded noise. */
  readonly input: 'picture' | 'noise';
  /** Timed single inferences, of which the median is taken. */
  readonly repeats: number;
  /** Inputs a call, where many are run at once. */
  readonly batch: number;
  readonly paths: readonly PathCost[];
}

export interface PathCost {
  readonly path: Path;
  readonly backend: BackendName;
  readonly residentBytes: number;
  /** Most bytes held at once for single inferences, `residentBytes` included. */
  readonly peakBytes: number;
  /** Median of one inference, from the prepared input to the logits. */
  readonly microseconds: number;
  /** Mean per input, `batch` at once. */
  readonly batchMicroseconds: number;
  /** How many pictures are labelled rightly; absent without pictures. */
  readonly correct?: number;
  /** How many get the same answer as on the `coefficient` path. */
  readonly sameAnswer?: number;
}

/** What the network answers to labelled pictures, on the `coefficient` path. */
export interface EvaluationData {
  readonly data: string;
  readonly images: number;
  /** How many the data set has. */
  readonly available: number;
  readonly correct: number;
  readonly accuracy: number;
  /** 95% confidence interval of the accuracy. */
  readonly interval: readonly [number, number];
  readonly classes: readonly ClassData[];
  /** `confusion[label][answer]`: pictures. */
  readonly confusion: readonly (readonly number[])[];
  /** Those labelled wrongly that are shown: the surest of their answer first. */
  readonly mistakes: readonly Mistake[];
}

export interface ClassData {
  readonly label: string;
  readonly images: number;
  readonly correct: number;
  /** 95% confidence interval of the accuracy; [0, 1] without pictures. */
  readonly interval: readonly [number, number];
}

/** A picture that was labelled wrongly. */
export interface Mistake {
  /** Position in the data set, from 0. */
  readonly index: number;
  readonly label: string;
  readonly answer: string;
  /** Probability of the answer. */
  readonly probability: number;
  /** Probability of the label. */
  readonly labelProbability: number;
  readonly width: number;
  readonly height: number;
  /** A PNG as a data URI. */
  readonly picture: string;
}
