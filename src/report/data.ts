import type { InputSpec, Origin } from '../format/manifest.ts';
import type { JpegProcess } from '../jpeg/index.ts';
import type { BackendName } from '../runtime/backends/backend.ts';
import type { Path } from '../runtime/path.ts';

/** The complete content of a report: the page is drawn from this alone, and `--json` prints it. */
export interface ReportData {
  readonly model: ModelData;
  readonly layers: readonly LayerData[];
  /** Of convolutions, also such as are stored as tensors; empty for chains of linear layers. */
  readonly kernels: readonly KernelData[];
  /** Absent without pictures, and for chains of linear layers. */
  readonly maps?: MapsData;
  /** Costs per path, the `coefficient` path first. */
  readonly costs: CostData;
  /** Absent without labelled pictures. */
  readonly evaluation?: EvaluationData;
}

/** Description of the file. */
export interface ModelData {
  /** Its name without the folder. */
  readonly file: string;
  /** Bytes of the whole file. */
  readonly bytes: number;
  /** Bytes of all weights and biases as float32. */
  readonly floatBytes: number;
  readonly weights: number;
  /** Stored values: nonzero coefficients, plus all weights of layers that are not JPEGs. */
  readonly kept: number;
  readonly version: string;
  readonly name?: string;
  readonly description?: string;
  readonly license?: string;
  readonly input: InputSpec;
  /** One per output: the labels of the file, or indices. */
  readonly labels: readonly string[];
  /** The layers in order: names of linear ones, operators of others. */
  readonly layers: readonly string[];
  /** Whether they form a graph; if not, each takes what the one before gives. */
  readonly isGraph: boolean;
  readonly origin?: Origin;
  /** Entries of the archive, in order. */
  readonly entries: readonly {
    readonly name: string;
    readonly bytes: number;
    readonly compressedBytes: number;
  }[];
  /** Name of the file with the original weights without the folder, if they were given. */
  readonly dense?: string;
}

/** A linear layer or a convolution. */
export interface LayerData {
  readonly name: string;
  /** [O, I]; of kernels I counts their weights. */
  readonly shape: readonly [number, number];
  readonly bias: boolean;
  readonly relu: boolean;
  readonly floatBytes: number;
  /** Bytes of the JPEG, or of the tensor, in the file. */
  readonly bytes: number;
  /** Absent if the weights are stored as a tensor. */
  readonly jpeg?: JpegData;
  /** The tensor's element type, if they are. */
  readonly tensor?: string;
  /**
   * √(Σ (w − ŵ)² ÷ Σ w²) of original weights w and stored ones ŵ: at 1 or more, all zeros would be no worse. Absent
   * without the original, or if it is all zeros.
   */
  readonly relativeError?: number;
}

/** A layer that is a JPEG. */
export interface JpegData {
  readonly layout: 'rows' | 'matrix';
  readonly process: JpegProcess;
  /** Size of the contact sheet in samples. */
  readonly width: number;
  readonly height: number;
  readonly nonzeros: number;
  /** Nonzero coefficients ÷ weights. */
  readonly density: number;
  readonly blocks: number;
  /** Neurons without any coefficient, counted for layout `rows`. */
  readonly emptyNeurons?: number;
  /** Fraction of the blocks in which a coefficient is nonzero: 64 values in natural order (`v * 8 + u`). */
  readonly frequencies: readonly number[];
  /** 64 entries in natural order. */
  readonly quantization: readonly number[];
  /** Stored against original weights in dB, see `LayerReport.psnr`; absent without the original. */
  readonly psnr?: number | 'exact';
  readonly sheet: SheetData;
  readonly pictures: WeightData;
}

/** The contact sheet in a form that a page can show. */
export interface SheetData {
  /** A JPEG as a data URI. */
  readonly source: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  /** Whether it was recoded with Huffman codes, which browsers need. */
  readonly recoded: boolean;
  /** Whether the tiles were rearranged to be closer to a square. */
  readonly relaid: boolean;
}

/** Weights as grey pictures: black −`most`, mid-grey 0, white +`most`, one sample per weight. */
export interface WeightData {
  /** Whether the original neurons were sorted by energy to match the stored ones. */
  readonly reordered: boolean;
  /** Number of neurons; for `rows`, those with the largest weights are shown. */
  readonly neurons: number;
  readonly pictures: readonly WeightPicture[];
}

/** One neuron (`rows`), or the top left of the matrix (`matrix`). */
export interface WeightPicture {
  /** Index of the neuron; absent for a matrix. */
  readonly neuron?: number;
  readonly width: number;
  readonly height: number;
  readonly max: number;
  /** PNGs as data URIs. */
  readonly stored: string;
  readonly original?: string;
}

/** A sheet of tiles as a PNG, a sample per weight or value. */
export interface TilesData {
  readonly layer: string;
  /** A PNG as a data URI. */
  readonly source: string;
  readonly width: number;
  readonly height: number;
}

/** The kernels of a convolution: mid-grey 0, black and white ± the maximum magnitude of the output channel. */
export interface KernelData extends TilesData {
  /** O×I×KH×KW; I counts the channels of a group. */
  readonly shape: readonly number[];
  /** Whether a tile is red, green and blue of three input channels. */
  readonly colour: boolean;
  /** Channels that are shown. */
  readonly outputs: number;
  readonly inputs: number;
  /** `tensor`, or how they lie in their JPEG. */
  readonly stored: 'taps' | 'matrix' | 'tensor';
  /** A PNG of the original kernels as a data URI, of the same size and on the same scale; absent without the original. */
  readonly original?: string;
}

/** What layers give for one picture. */
export interface MapsData {
  /** Position of the picture in the data set, from 0. */
  readonly index: number;
  /** A PNG as a data URI. */
  readonly picture: string;
  readonly width: number;
  readonly height: number;
  readonly layers: readonly (TilesData & {
    /** C×H×W. */
    readonly shape: readonly number[];
    /** Maps that are shown. */
    readonly maps: number;
  })[];
}

/** Costs of the paths, and how they were measured. */
export interface CostData {
  /** The machine in one line. */
  readonly machine: string;
  /** Input of the measurement: the first picture given, or seeded noise. */
  readonly input: 'picture' | 'noise';
  /** Number of timed single inferences, of which the median is reported. */
  readonly repeats: number;
  /** Inputs per call when batched. */
  readonly batch: number;
  readonly paths: readonly PathCost[];
}

export interface PathCost {
  readonly path: Path;
  readonly backend: BackendName;
  readonly residentBytes: number;
  /** Peak bytes of single inferences, including `residentBytes`. */
  readonly peakBytes: number;
  /** Median of one inference, from the prepared input to the logits. */
  readonly microseconds: number;
  /** Median of a call with `batch` inputs, per input. */
  readonly batchMicroseconds: number;
  /** Number of correctly classified pictures; absent without pictures. */
  readonly correct?: number;
  /** Number with the same answer as on the `coefficient` path. */
  readonly sameAnswer?: number;
}

/** Results on labelled pictures, on the `coefficient` path. */
export interface EvaluationData {
  /** Name of the folder of pictures. */
  readonly data: string;
  readonly images: number;
  /** Pictures in the data set. */
  readonly available: number;
  /** Whether the network may have learnt from some of them. */
  readonly mayBeSeen?: boolean;
  readonly correct: number;
  readonly accuracy: number;
  /** 95% confidence interval of the accuracy. */
  readonly interval: readonly [number, number];
  /** Of the original weights on the same pictures; absent without them. */
  readonly original?: OriginalEvaluation;
  readonly classes: readonly ClassData[];
  /** `confusion[label][answer]`: pictures. */
  readonly confusion: readonly (readonly number[])[];
  /** Misclassified pictures to show, those that the original classifies correctly first, then the most confident. */
  readonly mistakes: readonly Mistake[];
}

/** Results of the original weights beside those of the file. */
export interface OriginalEvaluation {
  readonly correct: number;
  readonly accuracy: number;
  readonly interval: readonly [number, number];
  /** Pictures that only the original classifies correctly. */
  readonly lost: number;
  /** Pictures that only the file classifies correctly. */
  readonly gained: number;
}

export interface ClassData {
  readonly label: string;
  readonly images: number;
  readonly correct: number;
  /** 95% confidence interval of the accuracy; [0, 1] without pictures. */
  readonly interval: readonly [number, number];
  /** Pictures that the original classifies correctly; absent without it. */
  readonly originalCorrect?: number;
}

/** A misclassified picture. */
export interface Mistake {
  /** Position in the data set, from 0. */
  readonly index: number;
  readonly label: string;
  readonly answer: string;
  /** Probability of the answer. */
  readonly probability: number;
  /** Probability of the label. */
  readonly labelProbability: number;
  /** Answer of the original, and whether it is the label; absent without the original. */
  readonly original?: { readonly answer: string; readonly correct: boolean };
  readonly width: number;
  readonly height: number;
  /** A PNG as a data URI. */
  readonly picture: string;
}
