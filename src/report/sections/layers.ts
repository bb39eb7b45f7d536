import type { LayerData, ReportData } from '../data.ts';
import { formatBytes, formatCount, formatDecibels, formatPercent, formatRatio } from '../format.ts';
import { cut, html, type Markup } from '../markup.ts';
import { name, section, table } from '../tables.ts';

export function layersSection({ layers, model }: ReportData): Markup {
  const compared = model.dense !== undefined;
  const columns = [
    { heading: 'Layer' },
    { heading: 'Shape', number: true },
    { heading: 'Stored as' },
    { heading: 'float32', number: true },
    { heading: 'Stored', number: true },
    { heading: 'Ratio', number: true },
    { heading: 'Nonzeros', number: true },
    { heading: 'Density', number: true },
    ...(compared
      ? [{ heading: html`<abbr title="peak signal-to-noise ratio">PSNR</abbr>`, number: true }]
      : []),
  ];
  const rows = layers.map((layer) => {
    const { shape, jpeg, bytes, tensor } = layer;
    const weights = shape[0] * shape[1];
    const floatBytes = weights * 4;
    return [
      name(cut(layer.name, 60)),
      `${formatCount(shape[0])}×${formatCount(shape[1])}`,
      jpeg ? `JPEG, ${jpeg.arrangement}` : tensor,
      formatBytes(floatBytes),
      formatBytes(bytes),
      formatRatio(floatBytes / bytes),
      formatCount(jpeg?.nonzeros ?? weights),
      formatPercent(jpeg?.density ?? 1),
      ...(compared ? [formatDecibels(jpeg?.psnr)] : []),
    ];
  });
  return section(
    'layers',
    'Layers',
    html`<p>Weights only, without biases. Density: nonzero coefficients per weight; the coefficient path multiplies once per nonzero.${
      compared &&
      ' PSNR: stored against original weights, the peak being the range of the layer’s original weights; empty for layers that are stored as tensors.'
    }</p>`,
    table('Linear layers, first to last', columns, rows),
    mismatch(layers),
  );
}

function mismatch(layers: readonly LayerData[]): Markup | undefined {
  const strange = layers.filter(({ jpeg }) => jpeg?.relativeError !== undefined && jpeg.relativeError >= 1);
  if (strange.length === 0) return undefined;
  const names = strange.slice(0, 10).map((layer) => cut(layer.name, 60));
  return html`<p class="note"><strong>Is this the original?</strong> The stored weights of ${name(names.join(', '))} are no closer to the original ones than all zeros would be, as if from a different network.</p>`;
}
