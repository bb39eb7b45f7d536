// gpu.js declares `gl`, which compiles native code, and an old `webgpu` of 132 MB as dependencies, and needs neither: `gl` only
// gives WebGL to Node, and WebGPU is taken from `navigator`. So the package carries the build that gpu.js publishes for browsers,
// which holds all that it needs and runs in Node as well, and users install none of the three.
import { build } from 'esbuild';

const COMPILED = 'src/runtime/backends/gpujs/gpu-js.js';
/** What gpu.js's build for browsers holds copies of; esbuild sees one file only. */
export const GPU_JS_PACKAGES = ['node_modules/gpu.js', 'node_modules/acorn', 'node_modules/gpu-mock.js'];

/** Puts gpu.js itself where `tsc` left a module that imports it from a package. */
export async function bundleGpuJs(dist) {
  await build({
    entryPoints: ['src/runtime/backends/gpujs/gpu-js.ts'],
    bundle: true,
    format: 'esm',
    // Takes dist/gpu-browser.js of gpu.js.
    platform: 'browser',
    target: 'es2022',
    // As it is, so that its code can be read and compared with gpu.js's own; a page's bundler makes it small.
    minify: false,
    outfile: `${dist}/${COMPILED}`,
    logLevel: 'warning',
  });
}

/** For other bundles of the build: they load that file rather than hold a second copy. `from`: their folder below dist. */
export function loadBundledGpuJs(from) {
  return {
    name: 'bundled-gpu-js',
    setup({ onResolve }) {
      onResolve({ filter: /\/gpu-js\.[jt]s$/ }, () => ({
        path: `${from.replace(/[^/]+/g, '..')}/${COMPILED}`,
        external: true,
      }));
    },
  };
}
