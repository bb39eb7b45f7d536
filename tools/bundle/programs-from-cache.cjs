// Gives what programs.js exports. Of a program that answers once, much of the time goes into compiling its source: where this
// folder was built with this very Node.js, V8 takes what it compiled then (programs.cache, not in the package). Elsewhere Node.js
// keeps such a cache itself, from version 22.1 on.
const { existsSync, readFileSync } = require('node:fs');
const { createRequire, enableCompileCache } = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');

const filename = join(__dirname, 'programs.js');
const cache = join(__dirname, 'programs.cache');

/** The source as a function of what modules in CommonJS see. */
exports.compile = (cachedData) =>
  new Script(
    `(function (exports, require, module, __filename, __dirname) {${readFileSync(filename, 'utf8')}\n})`,
    { filename, cachedData },
  );

exports.evaluate = (script) => {
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(filename), module, filename, __dirname);
  return module.exports;
};

exports.programs = () => {
  if (existsSync(cache)) return exports.evaluate(exports.compile(readFileSync(cache)));
  enableCompileCache?.();
  return require(filename);
};
