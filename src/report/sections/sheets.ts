import { formatCount } from '../../text/numbers.ts';
import type { JpegData, LayerData, ReportData, SheetData } from '../data.ts';
import { cut, html, type Markup } from '../markup.ts';
import { name, scrollBox, section } from '../tables.ts';

const PROCESSES: Readonly<Record<JpegData['process'], string>> = {
  baseline: 'sequential Huffman codes',
  extended: 'sequential Huffman codes',
  progressive: 'progressive Huffman codes',
  'extended-arithmetic': 'sequential arithmetic coding',
  'progressive-arithmetic': 'progressive arithmetic coding',
};

/** Undefined if no layer is a JPEG. */
export function sheetsSection({ layers }: ReportData): Markup | undefined {
  const sheets = layers.flatMap((layer) => (layer.jpeg ? [figure(layer, layer.jpeg)] : []));
  if (sheets.length === 0) return undefined;
  return section(
    'sheets',
    'Contact sheets',
    html`<p>The weights themselves: each layer is one grey JPEG. In layout <i>rows</i>, every tile is the input pattern of one neuron; in layout <i>matrix</i>, the weight matrix is the picture, one row per output, for a convolution the kernels of an output channel.</p>`,
    sheets,
  );
}

function figure(layer: LayerData, jpeg: JpegData): Markup {
  const { sheet, layout, emptyNeurons } = jpeg;
  const title = cut(layer.name, 60);
  const what =
    layout === 'rows'
      ? `the pictures of ${formatCount(layer.shape[0])} neurons`
      : `the matrix of ${layer.shape.map(formatCount).join('×')} weights`;
  const empty =
    emptyNeurons !== undefined &&
    emptyNeurons > 0 &&
    ` ${formatCount(emptyNeurons)} of the ${formatCount(layer.shape[0])} neurons have no nonzero coefficient.`;
  return html`<figure>
${scrollBox(
  `Contact sheet of layer ${title}`,
  html`<img class="sheet${sheet.height > sheet.width && ' tall'}${sheet.width > 700 && ' fine'}" src="${sheet.source}" width="${sheet.width}" height="${sheet.height}" alt="Contact sheet of layer ${title}: ${what}, in grey">`,
)}
<figcaption><b>Layer ${name(title)}</b>: ${formatCount(jpeg.width)}×${formatCount(jpeg.height)} samples, ${formatCount(layer.bytes)} bytes, ${PROCESSES[jpeg.process]}.${empty}${changes(sheet)}</figcaption>
</figure>
`;
}

function changes({ recoded, relaid, bytes, width, height }: SheetData): Markup {
  if (!recoded && !relaid) return html` This is the JPEG of the file, unchanged.`;
  const parts = [
    recoded && 'recoded with Huffman codes, since browsers do not support arithmetic coding',
    relaid && `with its tiles rearranged to ${width}×${height}`,
  ].filter((part) => part !== false);
  return html` <em>For this page it is ${parts.join(', and ')} (${formatCount(bytes)} bytes); the coefficients are those of the file.</em>`;
}
