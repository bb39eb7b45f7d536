import {
  formatBytes,
  formatCount,
  formatDecibels,
  formatDensity,
  formatPercent,
  formatRatio,
} from '../../text/numbers.ts';
import type { LayerData, ReportData } from '../data.ts';
import { cut, html, type Markup } from '../markup.ts';
import { name, section, table } from '../tables.ts';

export function layersSection({ layers, model, kernels }: ReportData): Markup {
  const compared = model.dense !== undefined;
  const columns = [
    { heading: 'Layer' },
    { heading: 'Shape', number: true },
    { heading: 'Stored as' },
    { heading: 'float32', number: true },
    { heading: 'Stored', number: true },
    { heading: 'Ratio', number: true },
    { heading: 'Nonzeros', number: true },
    { heading: 'Per weight', number: true },
    ...(compared
      ? [
          { heading: 'Error', number: true },
          { heading: html`<abbr title="peak signal-to-noise ratio">PSNR</abbr>`, number: true },
        ]
      : []),
  ];
  const rows = layers.map((layer) => {
    const { shape, jpeg, bytes, tensor, relativeError } = layer;
    const weights = shape[0] * shape[1];
    const floatBytes = weights * 4;
    const kernel = kernels.find((other) => other.layer === layer.name);
    return [
      name(cut(layer.name, 60)),
      (kernel?.shape ?? shape).map(formatCount).join('×'),
      jpeg ? `JPEG, ${kernel?.stored ?? jpeg.layout}` : tensor,
      formatBytes(floatBytes),
      formatBytes(bytes),
      formatRatio(floatBytes / bytes),
      formatCount(jpeg?.nonzeros ?? weights),
      formatDensity(jpeg?.density ?? 1),
      ...(compared ? [formatError(relativeError), formatDecibels(jpeg?.psnr)] : []),
    ];
  });
  return section(
    'layers',
    'Layers',
    html`<p>Weights only, without biases. Per weight: nonzero coefficients per weight, since the coefficient path multiplies once per nonzero; a JPEG has whole blocks, so they may be more than 1.${
      compared &&
      ' Error: root of the squared errors of the stored weights as a fraction of the squared original weights, 0% for exact ones. PSNR: the same errors against the range of the layer’s original weights, which one large weight widens; empty for layers that are stored as tensors.'
    }</p>`,
    table('Layers with weights, first to last', columns, rows),
    mismatch(layers),
  );
}

function formatError(relativeError: number | undefined): string {
  return relativeError === undefined ? '' : formatPercent(relativeError);
}

function mismatch(layers: readonly LayerData[]): Markup | undefined {
  const strange = layers.filter(({ relativeError }) => relativeError !== undefined && relativeError >= 1);
  if (strange.length === 0) return undefined;
  const names = strange.slice(0, 10).map((layer) => cut(layer.name, 60));
  return html`<p class="note"><strong>Is this the original?</strong> The stored weights of ${name(names.join(', '))} are no closer to the original ones than all zeros would be, as if from a different network.</p>`;
}
