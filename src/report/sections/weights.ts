import type { JpegData, LayerData, ReportData, WeightPicture } from '../data.ts';
import { formatCount } from '../format.ts';
import { cut, html, type Markup } from '../markup.ts';
import { name, section } from '../tables.ts';

/** Undefined where there is nothing to show. */
export function weightsSection({ layers, model }: ReportData): Markup | undefined {
  // A matrix by itself is its contact sheet, which is shown already.
  const shown = layers.flatMap((layer) =>
    layer.jpeg && (model.dense !== undefined || layer.jpeg.arrangement === 'rows')
      ? [layerPictures(layer, layer.jpeg)]
      : [],
  );
  if (shown.length === 0) return undefined;
  const before =
    model.dense === undefined
      ? ' The original weights were not given (--dense), so only those that are stored can be shown.'
      : ' Left or above: the original weights; right or below: the stored ones, both on one scale.';
  return section(
    'weights',
    model.dense === undefined ? 'Weights' : 'Weights before and after',
    html`<p>One sample a weight: mid-grey is 0, white the greatest magnitude of a picture, black the same below zero.${before}</p>`,
    shown,
  );
}

function layerPictures(layer: LayerData, { pictures, arrangement }: JpegData): Markup {
  const { neurons, reordered } = pictures;
  const count = pictures.pictures.length;
  const what =
    arrangement === 'rows'
      ? count < neurons
        ? `the ${count} of ${formatCount(neurons)} neurons whose stored weights are greatest (Σw²)`
        : `all ${count} neurons`
      : pictures.pictures[0].width < layer.shape[1] || pictures.pictures[0].height < layer.shape[0]
        ? `the first ${pictures.pictures[0].height} rows and ${pictures.pictures[0].width} columns of the matrix`
        : 'the whole matrix';
  return html`<h3>Layer ${name(cut(layer.name, 60))}</h3>
<p>Shown: ${what}.${reordered && ' The original neurons are put in order of their energy, in which they match the stored ones.'}</p>
<div class="${arrangement === 'rows' ? 'neurons' : 'matrices'}">${pictures.pictures.map((picture) => pair(picture, layer))}</div>
`;
}

function pair(picture: WeightPicture, layer: LayerData): Markup {
  const { neuron, width, height, most, stored, original } = picture;
  const what =
    neuron === undefined
      ? `matrix of layer ${cut(layer.name, 60)}`
      : `neuron ${neuron} of layer ${cut(layer.name, 60)}`;
  const image = (source: string, when: string): Markup =>
    html`<img src="${source}" width="${width}" height="${height}" alt="${when} weights, ${what}">`;
  return html`<figure>
<div class="pair">${original && image(original, 'Original')}${image(stored, 'Stored')}</div>
<figcaption>${neuron !== undefined && html`<b>${neuron}</b> `}<span class="scale">±${magnitude(most)}</span></figcaption>
</figure>
`;
}

/** Two significant digits, without an exponent where that is readable. */
function magnitude(value: number): string {
  return value === 0 || (value >= 1e-4 && value < 1e4)
    ? String(Number(value.toPrecision(2)))
    : value.toExponential(1);
}
