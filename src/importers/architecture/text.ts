import { type Architecture, type ArchitectureLayer, invalid } from './description.ts';

/** The text of a description, one line per layer. */
export function printArchitecture({ input, layers, outputs }: Architecture): string {
  const lines = layers.map(
    ({ type, name, weights, inputs, ...attributes }: ArchitectureLayer) =>
      `    ${inline({ type, name, weights, inputs, ...attributes })}`,
  );
  return [
    '{',
    `  "input": ${inline(input)},`,
    '  "layers": [',
    lines.join(',\n'),
    `  ]${outputs === undefined ? '' : ','}`,
    ...(outputs === undefined ? [] : [`  "outputs": ${inline(outputs)}`]),
    '}\n',
  ].join('\n');
}

/** JSON in one line, with blanks as people write it. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{ ${fields.map(([name, field]) => `${JSON.stringify(name)}: ${inline(field)}`).join(', ')} }`;
}

/** The description in the bytes of a JSON file. @throws `ARCHITECTURE_INVALID` for other text */
export function parseDescription(bytes: Uint8Array): Architecture {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? `: ${cause.message}` : '';
    throw invalid(
      `this is no JSON${why}, expected a description as 'wjpeg architecture resnet20' prints`,
      cause,
    );
  }
}
