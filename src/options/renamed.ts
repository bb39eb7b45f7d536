/** Names that options and their values had, with what they are called now. */
const RENAMED: Readonly<Record<string, string>> = {
  wgsl: 'webgpu',
  webgl: 'gpujs:webgl',
  webasm: 'gpujs:wasm',
  cpu: 'gpujs:cpu',
  matrix: 'expanded',
  arrangement: 'layout',
  ground: 'background',
};

/** What `name` is called now; undefined where that is not one of `names`. */
export function renamed(name: string, names: readonly string[]): string | undefined {
  const now = Object.hasOwn(RENAMED, name) ? RENAMED[name] : undefined;
  return now !== undefined && names.includes(now) ? now : undefined;
}
