// Runs wjpeg-infer once, so that V8 compiles what that takes, and writes what it compiled to programs.cache.
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');

const { compile, evaluate } = require(join(process.argv[2], 'programs-from-cache.js'));
const cache = join(process.argv[2], 'programs.cache');
process.argv.splice(2, 1, '--no-baseline');
const script = compile();
process.on('exit', (code) => {
  if (code === 0) writeFileSync(cache, script.createCachedData());
});
evaluate(script).wjpegInfer();
