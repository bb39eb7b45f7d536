/**
 * The package gpu.js, in a separate module: in `dist/` the build replaces this file with a bundle of what it imports
 * (tools/bundle/gpu-js.mjs), so that `npm install wjpeg` does not bring what gpu.js declares as dependencies.
 */
export { GPU, Input } from 'gpu.js';
