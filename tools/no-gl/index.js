// gpu.js asks for `gl` inside a try block and goes on without it when this throws.
throw new Error('headless-gl is left out of this installation on purpose');
