import { formatCount } from '../../text/numbers.ts';
import type { KernelData, ReportData } from '../data.ts';
import { cut, html, type Markup } from '../markup.ts';
import { name, section, tiles } from '../tables.ts';

/** Undefined for a network without convolutions. */
export function kernelsSection({ kernels }: ReportData): Markup | undefined {
  if (kernels.length === 0) return undefined;
  return section(
    'kernels',
    'Convolutions',
    html`<p>The kernels as they are stored${
      kernels.some(({ original }) => original) && ', beside those of the original on the same scale'
    }: a row of tiles per output channel, a column per input channel; kernels of a single input channel, and those over red, green and blue, a tile per output channel. Mid-grey is 0; each output channel has its own scale.</p>`,
    kernels.map(figure),
  );
}

function figure(kernels: KernelData): Markup {
  const { layer, shape, stored, outputs, inputs, colour, original } = kernels;
  const title = cut(layer, 60);
  const how = stored === 'tensor' ? 'a tensor' : `a JPEG, ${stored}`;
  const part =
    outputs < shape[0] || inputs < shape[1]
      ? ` The first ${outputs}×${inputs} of ${formatCount(shape[0])}×${formatCount(shape[1])} are shown.`
      : '';
  const sheet = (source: string, which: string): Markup =>
    tiles({ ...kernels, source }, `${which} of layer ${title}${colour ? ', in colour' : ''}`);
  const stack =
    original === undefined
      ? sheet(kernels.source, 'Kernels')
      : html`<div class="kernels"><div><p>Original</p>${sheet(original, 'Original kernels')}</div><div><p>Stored</p>${sheet(kernels.source, 'Stored kernels')}</div></div>`;
  return html`<figure>
${stack}
<figcaption><b>Layer ${name(title)}</b>: ${shape.join('×')}, ${how}.${part}</figcaption>
</figure>
`;
}
