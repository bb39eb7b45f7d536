import type { LabelledPictures } from '../image/labelled-pictures.ts';
import type { Random } from '../random.ts';
import { augmentPhoto } from './augment-photo.ts';
import { augmentStrokes } from './augment-strokes.ts';
import type { ShardEnds } from './layout.ts';
import type { AugmentKind, ChannelNormalization } from './options.ts';

/** How pictures are varied while a network is trained. */
export interface Augmentation {
  readonly kind: AugmentKind;
  /** 0 to 1. */
  readonly strength: number;
}

/** Fills shards with pictures: as many as there is room for, or fewer. */
export class Inputs {
  readonly #data: LabelledPictures;
  readonly #channels: number;
  readonly #shards: readonly ShardEnds[];
  readonly #images: number;
  readonly #normalization: ChannelNormalization;
  /** One picture in samples. */
  readonly #picture: Float32Array;

  constructor(
    data: LabelledPictures,
    shards: readonly ShardEnds[],
    images: number,
    normalization: ChannelNormalization,
  ) {
    this.#data = data;
    this.#channels = data.channels ?? 1;
    this.#shards = shards;
    this.#images = images;
    this.#normalization = normalization;
    this.#picture = new Float32Array(this.#channels * data.width * data.height);
  }

  /** Takes the pictures `indices`, `images` into each shard; places that are left have no label. */
  fill(indices: ArrayLike<number>, augmentation: Augmentation | undefined, random: Random): void {
    for (const [shard, { labels }] of this.#shards.entries()) {
      for (let image = 0; image < this.#images; image++) {
        const at = shard * this.#images + image;
        const label = at < indices.length ? this.#data.labels[indices[at]] : -1;
        labels.values[image] = label;
        if (label >= 0) this.#place(indices[at], shard, image, augmentation, random);
      }
    }
  }

  #place(
    index: number,
    shard: number,
    image: number,
    augmentation: Augmentation | undefined,
    random: Random,
  ): void {
    const { width, height, pictures } = this.#data;
    const area = width * height;
    const size = this.#channels * area;
    const picture = pictures.subarray(index * size, (index + 1) * size);
    const samples = this.#picture;
    if (augmentation === undefined) samples.set(picture);
    else {
      const augment = augmentation.kind === 'photos' ? augmentPhoto : augmentStrokes;
      augment(picture, width, height, samples, augmentation.strength, random);
    }
    const { values } = this.#shards[shard].input;
    const { mean, std } = this.#normalization;
    for (let channel = 0; channel < this.#channels; channel++) {
      const to = (channel * this.#images + image) * area;
      const scale = 1 / (255 * std[channel]);
      const offset = -mean[channel] / std[channel];
      for (let i = 0; i < area; i++) values[to + i] = samples[channel * area + i] * scale + offset;
    }
  }
}
