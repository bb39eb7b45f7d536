/** The process of one subject: opens it, answers and times as its parent asks. */
import { readFileSync } from 'node:fs';
import { samplerOf } from '../../src/timing.ts';
import type { Answers, MemoryAnswer, Request, Subject, SubjectSpec } from './subject.ts';

let subject: Subject | undefined;
let inputs: Float32Array = new Float32Array(0);
let inFeatures = 1;

process.on('message', (request: Request) => {
  answer(request).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ refused: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit());

async function answer(request: Request): Promise<Answers[Request['ask']]> {
  switch (request.ask) {
    case 'open':
      subject = await open(request.spec);
      return { detail: subject.detail };
    case 'load': {
      const bytes = readFileSync(request.file);
      // A copy of its own: what Node reads small files into is shared and need not be aligned.
      inputs = new Float32Array(Uint8Array.from(bytes).buffer);
      inFeatures = request.inFeatures;
      return {};
    }
    case 'answer':
      return { logits: await opened().run(batchInputs(request.batch, request.index), request.batch) };
    case 'time':
      return { microseconds: await (request.processor ? processorTime : time)(opened(), request) };
    case 'memory':
      return memory();
  }
}

function opened(): Subject {
  if (!subject) throw new Error('asked before it was opened');
  return subject;
}

async function open(spec: SubjectSpec): Promise<Subject> {
  switch (spec.who) {
    case 'wjpeg':
      return (await import('./wjpeg.ts')).openWjpeg(spec);
    case 'onnxruntime-node':
    case 'onnxruntime-web':
      return (await import('../peers/onnxruntime.ts')).openOnnxRuntime(spec);
    case 'tfjs-wasm':
      return spec.shape === undefined
        ? (await import('../peers/tfjs.ts')).openTfjs(spec)
        : (await import('../peers/tfjs-graph.ts')).openTfjsGraph(spec);
  }
}

function batchInputs(batch: number, index: number): Float32Array {
  const size = batch * inFeatures;
  return inputs.subarray(index * size, (index + 1) * size);
}

function time(
  { run }: Subject,
  { batch, batches, calls }: { batch: number; batches: number; calls: number },
): Promise<number> {
  const values = Array.from({ length: batches }, (_, index) => batchInputs(batch, index));
  return samplerOf((call) => run(values[call % batches], batch))(calls);
}

async function processorTime(
  { run }: Subject,
  { batch, batches, calls }: { batch: number; batches: number; calls: number },
): Promise<number> {
  const start = process.cpuUsage();
  for (let call = 0; call < calls; call++) await run(batchInputs(batch, call % batches), batch);
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

function memory(): MemoryAnswer {
  return { ...opened().memory?.(), rss: process.memoryUsage.rss() };
}
