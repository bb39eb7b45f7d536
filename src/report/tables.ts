import { type Content, html, type Markup } from './markup.ts';

/** A column of a table: its heading and whether it holds numbers. */
export interface Column {
  readonly heading: Content;
  readonly number?: boolean;
}

/** A table whose first column names its rows. Wide ones scroll inside a box that is keyboard accessible. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Content[])[],
): Markup {
  const cell = (content: Content, index: number): Markup =>
    index === 0
      ? html`<th scope="row">${content}</th>`
      : html`<td${columns[index].number && html` class="number"`}>${content}</td>`;
  return scrollBox(
    caption,
    html`<table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ heading, number }) => html`<th scope="col"${number && html` class="number"`}>${heading}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody>
</table>`,
  );
}

export function scrollBox(label: string, content: Content): Markup {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}">${content}</div>`;
}

/** A sheet of small tiles, enlarged by a whole number so that single weights are seen. */
export function tiles(
  { source, width, height }: { source: string; width: number; height: number },
  alt: string,
): Markup {
  const scale = Math.min(12, Math.max(1, Math.round(640 / width)));
  return html`<img class="tiles" src="${source}" width="${width * scale}" height="${height * scale}" alt="${alt}">`;
}

/** A list of terms and values. */
export function facts(list: readonly (readonly [string, Content])[]): Markup {
  return html`<dl class="facts">${list.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>`;
}

/** A section of the page. */
export function section(id: string, heading: string, ...content: readonly Content[]): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-heading">
<h2 id="${id}-heading">${heading}</h2>
${content}
</section>
`;
}

/** A name from a file, isolated from the direction of the surrounding text. */
export function name(text: Content): Markup {
  return html`<bdi>${text}</bdi>`;
}
