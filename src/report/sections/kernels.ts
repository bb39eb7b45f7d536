import { formatCount } from '../../text/numbers.ts';
import type { KernelData, ReportData } from '../data.ts';
import { cut, html, type Markup } from '../markup.ts';
import { name, section, tiles } from '../tables.ts';

/** Undefined for a network without convolutions. */
export function kernelsSection({ kernels }: ReportData): Markup | undefined {
  if (kernels.length === 0) return undefined;
  return section(
    'kernels',
    'Kernels',
    html`<p>The kernels of the convolutions as they are stored: a row of tiles per output channel, a column per input channel; kernels of a single input channel, and those over red, green and blue, a tile per output channel. Mid-grey is 0; each output channel has its own scale.</p>`,
    kernels.map(figure),
  );
}

function figure(kernels: KernelData): Markup {
  const { layer, shape, stored, outputs, inputs, colour } = kernels;
  const title = cut(layer, 60);
  const how = stored === 'tensor' ? 'a tensor' : `a JPEG, ${stored}`;
  const part =
    outputs < shape[0] || inputs < shape[1]
      ? ` The first ${outputs}×${inputs} of ${formatCount(shape[0])}×${formatCount(shape[1])} are shown.`
      : '';
  return html`<figure>
${tiles(kernels, `Kernels of layer ${title}${colour ? ', in colour' : ''}`)}
<figcaption><b>Layer ${name(title)}</b>: ${shape.join('×')}, ${how}.${part}</figcaption>
</figure>
`;
}
