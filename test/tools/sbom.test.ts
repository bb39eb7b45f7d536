import { expect, it } from 'vitest';
import { distributed } from '../../tools/distributed-packages.ts';

const component = (name: string, version: string, isDevelopment: boolean) => ({
  'bom-ref': `${name}@${version}`,
  name,
  version,
  properties: isDevelopment ? [{ name: 'cdx:npm:package:development' }] : [],
});
const bill = {
  metadata: { component: component('a-folder', '1.0.0', false) },
  components: [
    component('installed', '1.2.3', false),
    component('@some/bundled', '4.5.6', true),
    component('@some/bundled', '4.5.7', true),
    component('tests', '7.8.9', true),
  ],
  dependencies: [
    { ref: 'a-folder@1.0.0', dependsOn: ['installed@1.2.3', '@some/bundled@4.5.6', 'tests@7.8.9'] },
    { ref: 'tests@7.8.9', dependsOn: ['installed@1.2.3'] },
  ],
};
const notices = 'The files …\n\n@some/bundled 4.5.6\n\nMIT License\n\nvendored 0.6.2 — into another\n';

it('a bill of materials has what is installed and what is bundled, and nothing else', () => {
  const kept = distributed(bill, 'wjpeg', notices);
  expect(kept.metadata.component.name).toBe('wjpeg');
  expect(kept.components).toEqual([
    component('installed', '1.2.3', false),
    component('@some/bundled', '4.5.6', false),
  ]);
  expect(kept.dependencies).toEqual([
    { ref: 'a-folder@1.0.0', dependsOn: ['installed@1.2.3', '@some/bundled@4.5.6'] },
  ]);
});

it('what is bundled and not listed is refused', () => {
  expect(() => distributed(bill, 'wjpeg', `${notices}\nother 1.0.0\n\nMIT\n`)).toThrow(
    'npm sbom does not list other 1.0.0, which dist/ holds',
  );
});
