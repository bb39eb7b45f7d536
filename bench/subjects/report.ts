import { formatTable } from '../../src/text/table.ts';
import { markdownTable } from '../markdown.ts';

/** The first row is the headings. */
export interface Table {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
}

/** What a bench of several tables reports. */
export interface Report {
  readonly tables: readonly Table[];
  readonly remarks: readonly string[];
  readonly quick: boolean;
}

const QUICK = 'A quick run: too few samples for figures.';

export function textReport({ tables, remarks, quick }: Report): string {
  const parts = tables.map(({ title, rows }) => `${title}\n\n${formatTable(rows)}\n`);
  return `${[...parts, ...(quick ? [QUICK] : []), ...remarks].join('\n')}\n`;
}

/** `pictures`: files beside the report. */
export function markdownReport(
  title: string,
  run: { readonly machine: string; readonly command: string },
  { tables, remarks, quick }: Report,
  pictures: readonly { readonly file: string; readonly alt: string }[] = [],
): string {
  return `${[
    `# ${title}`,
    '',
    `Machine: ${run.machine}. Command: \`${run.command}\`.`,
    ...(quick ? ['', `**${QUICK}**`] : []),
    '',
    ...tables.map((table) => [`## ${table.title}`, '', ...markdownTable(table.rows), ''].join('\n')),
    ...remarks.map((text) => `- ${text}`),
    ...pictures.flatMap(({ file, alt }) => ['', `![${alt}](${file})`]),
  ].join('\n')}\n`;
}
