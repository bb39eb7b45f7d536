import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './workplace.ts';

type Described = { readonly schema: object };

/** What src/format/manifest.ts describes, in terms of tools/docs/json-schema.ts. */
interface Structure {
  readonly chain: {
    readonly schema: { readonly properties: { readonly layers: { readonly items: object } } };
  };
  readonly image: Described;
  readonly linear: Described;
  readonly rows: Described;
  readonly tensorReference: Described;
  manifestOf(layer: Described, more: object): Described;
}

type Combinators = typeof import('./json-schema.ts');

/** docs/wjz-manifest.schema.json: the description in src/format/manifest.ts as a JSON Schema. */
export async function manifestSchema(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents:
        "export { STRUCTURE } from './src/format/manifest.ts'; export * as combinators from './tools/docs/json-schema.ts';",
      resolveDir: ROOT,
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    plugins: [
      {
        name: 'json-schema',
        setup: ({ onResolve }) =>
          onResolve({ filter: /\/options\/structure\.ts$/ }, () => ({
            path: join(ROOT, 'tools/docs/json-schema.ts'),
          })),
      },
    ],
  });
  const { STRUCTURE, combinators } = (await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
  )) as { readonly STRUCTURE: Structure; readonly combinators: Combinators };
  const { array, object, optional, text } = combinators;
  const { chain, image, linear, rows, tensorReference, manifestOf } = STRUCTURE;
  const name = text(1, 200);
  const graphLayer = {
    description: 'wjz-format.md, section 2.6, lists the attributes and tensors of each operator.',
    ...object({ type: text(1, 100), name: optional(name), inputs: optional(array(name, 1)) }).schema,
    if: { properties: { type: { const: 'linear' } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: linear.schema,
  };
  const more = { requires: optional(array(text(1, 100))), outputs: optional(array(name, 1)) };
  const layersAre = (items: object): object => ({ properties: { layers: { items } } });
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'wjz-manifest.schema.json',
    title: 'Manifest of a .wjz, version 2',
    description:
      'Structure of model.json, made of src/format/manifest.ts by npm run docs:schema. Defaults that depend on other fields are in wjz-format.md, section 2.3, what fields ask of each other in 2.4. Unknown fields are allowed everywhere, and ignored.',
    ...manifestOf({ schema: {} }, more).schema,
    if: { required: ['requires'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: layersAre(graphLayer),
    else: layersAre(chain.schema.properties.layers.items),
  };
  const shared = { image, linear, rows, tensorReference };
  const names = new Map<unknown, string>(Object.entries(shared).map(([key, { schema }]) => [schema, key]));
  const linked = (value: object, own?: string): object =>
    JSON.parse(
      JSON.stringify(value, (_key, part) => {
        const found = names.get(part);
        return found === undefined || found === own ? part : { $ref: `#/$defs/${found}` };
      }),
    );
  const defs = Object.entries(shared).map(([key, { schema }]) => [key, linked(schema, key)]);
  return `${JSON.stringify({ ...linked(schema), $defs: Object.fromEntries(defs) }, null, 2)}\n`;
}
