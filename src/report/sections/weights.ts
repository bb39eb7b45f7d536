import { formatCount } from '../../text/numbers.ts';
import type { JpegData, LayerData, ReportData, WeightPicture } from '../data.ts';
import { cut, html, type Markup } from '../markup.ts';
import { name, section } from '../tables.ts';

/** Undefined if nothing can be shown. */
export function weightsSection({ layers, model, kernels }: ReportData): Markup | undefined {
  // Without the original, a matrix is its contact sheet, which is shown already; kernels are tiles of their own.
  const isKernels = (layer: LayerData): boolean => kernels.some((other) => other.layer === layer.name);
  const shown = layers.flatMap((layer) =>
    layer.jpeg && !isKernels(layer) && (model.dense !== undefined || layer.jpeg.layout === 'rows')
      ? [layerPictures(layer, layer.jpeg)]
      : [],
  );
  if (shown.length === 0) return undefined;
  const before =
    model.dense === undefined
      ? ' The original weights were not given (--dense), so only the stored ones are shown.'
      : ' Left or above: the original weights; right or below: the stored ones, both on the same scale.';
  return section(
    'weights',
    model.dense === undefined ? 'Weights' : 'Weights before and after',
    html`<p>One sample per weight: mid-grey is 0, white the maximum magnitude of a picture, black its negative.${before}</p>`,
    shown,
  );
}

function layerPictures(layer: LayerData, { pictures, layout }: JpegData): Markup {
  const { neurons, reordered } = pictures;
  const count = pictures.pictures.length;
  const what =
    layout === 'rows'
      ? count < neurons
        ? `the ${count} of ${formatCount(neurons)} neurons with the largest stored weights (Σw²)`
        : `all ${count} neurons`
      : pictures.pictures[0].width < layer.shape[1] || pictures.pictures[0].height < layer.shape[0]
        ? `the first ${pictures.pictures[0].height} rows and ${pictures.pictures[0].width} columns of the matrix`
        : 'the whole matrix';
  return html`<h3>Layer ${name(cut(layer.name, 60))}</h3>
<p>Shown: ${what}.${reordered && ' The original neurons are sorted by energy, in which order they match the stored ones.'}</p>
<div class="${layout === 'rows' ? 'neurons' : 'matrices'}">${pictures.pictures.map((picture) => pair(picture, layer))}</div>
`;
}

function pair(picture: WeightPicture, layer: LayerData): Markup {
  const { neuron, width, height, max, stored, original } = picture;
  const what =
    neuron === undefined
      ? `matrix of layer ${cut(layer.name, 60)}`
      : `neuron ${neuron} of layer ${cut(layer.name, 60)}`;
  const image = (source: string, when: string): Markup =>
    html`<img src="${source}" width="${width}" height="${height}" alt="${when} weights, ${what}">`;
  return html`<figure>
<div class="pair">${original && image(original, 'Original')}${image(stored, 'Stored')}</div>
<figcaption>${neuron !== undefined && html`<b>${neuron}</b> `}<span class="scale">±${magnitude(max)}</span></figcaption>
</figure>
`;
}

/** Two significant digits, without an exponent where that is readable. */
function magnitude(value: number): string {
  return value === 0 || (value >= 1e-4 && value < 1e4)
    ? String(Number(value.toPrecision(2)))
    : value.toExponential(1);
}
