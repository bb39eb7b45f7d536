import { formatCount } from '../../text/numbers.ts';
import type { ReportData } from '../data.ts';
import { cut, html, type Markup } from '../markup.ts';
import { name, section, tiles } from '../tables.ts';

/** Undefined without pictures, and for a network without convolutions. */
export function mapsSection({ maps }: ReportData): Markup | undefined {
  if (maps === undefined) return undefined;
  const { index, picture, width, height, layers } = maps;
  return section(
    'maps',
    'Feature maps',
    html`<p>What the first convolutions make of picture ${index} of the data set: a tile per channel, each from its minimum (black) to its maximum (white).</p>`,
    html`<figure>${tiles({ source: picture, width, height }, `Picture ${index}`)}<figcaption>Picture ${index}</figcaption></figure>`,
    layers.map((layer) => {
      const title = cut(layer.layer, 60);
      const [channels, rows, columns] = layer.shape;
      const shown = layer.maps < channels ? `the first ${layer.maps} of ` : '';
      return html`<figure>
${tiles(layer, `Feature maps of layer ${title}`)}
<figcaption><b>Layer ${name(title)}</b>: ${shown}${formatCount(channels)} maps of ${columns}×${rows}.</figcaption>
</figure>
`;
    }),
  );
}
