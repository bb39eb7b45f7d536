// node --expose-gc memory-child.mjs '{"model": …, "dense": …, "options": …, "backend": …, "warm": …, "batches": …}'
// What a session says that it holds beside what the process holds more than before; one line of JSON, bytes.
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { InferenceSession } from '../../dist/node/index.js';

const { model, dense, options, warm, batches } = JSON.parse(process.argv[2]);
if (!['wasm', 'reference'].includes(options.backends[0])) await import('../../dist/node/gpu.js');

// Whatever is compiled or loaded on first use is there before the measuring starts.
const small = await InferenceSession.create(readFileSync(warm), {
  ...options,
  path: options.path === 'dense' ? 'expanded' : options.path,
});
for (const batch of batches) await small.runBatch(new Float32Array(batch * small.inFeatures), batch);
small.dispose();

await settle();
const before = status();
resetPeak();
const session = await InferenceSession.create(readFileSync(model), {
  ...options,
  ...(dense && { dense: readFileSync(dense) }),
});
const loadPeak = status().peak - before.resident;
await settle();
const resident = status().resident - before.resident;
resetPeak();
for (const batch of batches) {
  const values = Float32Array.from({ length: batch * session.inFeatures }, (_, i) => ((i * 37) % 255) / 255);
  await session.runBatch(values, batch);
}
const runPeak = status().peak - before.resident;
await settle();
const afterwards = status().resident - before.resident;
const { residentBytes, peakBytes } = session;
console.log(JSON.stringify({ residentBytes, peakBytes, resident, loadPeak, runPeak, afterwards }));

/** Several rounds: what the first finds unreachable, a finalizer may let go of only later. */
async function settle() {
  for (let round = 0; round < 4; round++) {
    globalThis.gc();
    await pause(25);
  }
}

/** Resident set now and at its greatest, as Linux counts them. */
function status() {
  const text = readFileSync('/proc/self/status', 'utf8');
  const bytes = (name) => 1024 * Number(new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(text)[1]);
  return { resident: bytes('VmRSS'), peak: bytes('VmHWM') };
}

/** Makes the greatest resident set what it is now (proc(5), clear_refs). */
function resetPeak() {
  writeFileSync('/proc/self/clear_refs', '5');
}
