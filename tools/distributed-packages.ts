/** What `npm sbom --sbom-format cyclonedx` says of a package, as far as it is used here. */
interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly properties?: readonly { readonly name: string }[];
}

/** A software bill of materials, CycloneDX. */
export interface BillOfMaterials {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const DEVELOPMENT = 'cdx:npm:package:development';

/**
 * The packages of a bill that users get: those that are installed with this one, and those whose code its bundles hold, which are
 * dependencies of its development to npm. `notices`: the text of dist/THIRD-PARTY.txt.
 *
 * @throws for a package of the notices that the bill does not have
 */
export function distributed(bill: BillOfMaterials, name: string, notices: string): BillOfMaterials {
  const bundled = new Set(notices.match(/^@?[a-z][\w./-]* \d+\.\d+\.\d+$/gm));
  const heading = ({ name, version }: Component): string => `${name} ${version}`;
  const isDevelopment = ({ properties = [] }: Component): boolean =>
    properties.some((property) => property.name === DEVELOPMENT);
  const components = bill.components
    .filter((component) => !isDevelopment(component) || bundled.has(heading(component)))
    .map((component) => ({
      ...component,
      properties: (component.properties ?? []).filter((property) => property.name !== DEVELOPMENT),
    }));
  const listed = new Set(components.map(heading));
  const missing = [...bundled].filter((one) => !listed.has(one));
  if (missing.length > 0) throw new Error(`npm sbom does not list ${missing.join(', ')}, which dist/ holds`);
  const root = bill.metadata.component;
  const kept = new Set([root, ...components].map((component) => component['bom-ref']));
  return {
    ...bill,
    // npm takes the name of the folder.
    metadata: { ...bill.metadata, component: { ...root, name } },
    components,
    dependencies: bill.dependencies
      .filter(({ ref }) => kept.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => kept.has(one)) })),
  };
}
