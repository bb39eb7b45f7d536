import { setFlagsFromString } from 'node:v8';

// Node.js 20 has these instructions behind a flag, and wrong in what its baseline compiler makes; later versions have them as they are.
if (Number(process.versions.node.split('.')[0]) < 22)
  for (const flag of ['--experimental-wasm-relaxed-simd', '--no-liftoff']) setFlagsFromString(flag);
