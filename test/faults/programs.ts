import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFloats } from '../../bench/frontier/float-file.ts';
import { writePictures } from '../../bench/score/pictures.ts';
import { readSafetensors } from '../../src/safetensors/read.ts';
import { squares, trainedFile, writeIdx } from '../bench/synthetic-mnist.ts';
import { randomNetwork } from '../compress/networks.ts';
import { writeShapes } from '../node/photo-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** A command that writes files, and how to tell whether one of them is whole. */
export interface WritingProgram {
  readonly name: string;
  /** The file that the user asks for, by name; the program writes it into `folder`. */
  readonly output: string;
  readonly words: (folder: string) => readonly string[];
  /** The command that goes on after an interruption, of programs that add lines to their output; others are given again. */
  readonly resume?: (folder: string) => readonly string[];
  /** Throws if a file that it has written is not whole. `finished`: what an undisturbed run wrote. */
  readonly check: (name: string, bytes: Uint8Array, finished: ReadonlyMap<string, Uint8Array>) => void;
}

/** Makes small models and data in `folder`, and the three commands that write files from them. */
export function writingPrograms(folder: string): readonly WritingProgram[] {
  mkdirSync(folder, { recursive: true });
  const dense = join(folder, 'dense.safetensors');
  const model = join(folder, 'model.wjz');
  writeFileSync(dense, encodeFloats(randomNetwork([784, 24, 10]), 'F32'));
  writeFileSync(model, trainedFile([32]));
  writeIdx(folder, 'train', squares(600, 1));
  writeIdx(folder, 't10k', squares(100, 2));
  return [
    {
      name: 'compress',
      output: 'out.wjz',
      words: (to) => ['compress', dense, '--input', '28x28', '-o', join(to, 'out.wjz')],
      check: same,
    },
    {
      name: 'train',
      output: 'out.wjz',
      words: (to) => [
        ...['train', '--data', folder, '--net', 'mlp:32', '--epochs', '4', '--batch', '20'],
        ...['--validation', '100', '--checkpoint', join(to, 'run.checkpoint')],
        ...['--plot', join(to, 'run.svg'), '-o', join(to, 'out.wjz')],
      ],
      check: (name, bytes, finished) => {
        if (name === 'out.wjz') same(name, bytes, finished);
        else if (name === 'run.svg') endsWith(bytes, '</svg>');
        // Of an earlier epoch, perhaps; the run after this one goes on from it.
        else readSafetensors(bytes);
      },
    },
    {
      name: 'report',
      output: 'out.html',
      words: (to) => [
        ...['report', model, '--data', folder, '--repeats', '3', '--backend', 'reference'],
        ...['-o', join(to, 'out.html')],
      ],
      // There are times in it: no two are the same.
      check: (_, bytes) => endsWith(bytes, '</html>'),
    },
  ];
}

/** Those that came later: pictures in folders and convolutions, models for other engines, lines that are added to a file. */
export function laterPrograms(folder: string): readonly WritingProgram[] {
  mkdirSync(folder, { recursive: true });
  const photos = writeShapes(join(folder, 'photos'), 12);
  const pictures = join(folder, 'pictures');
  writePictures(pictures, squares(300, 5), 300);
  const model = join(ROOT, 'data', 'mnist-lenet-8-16-trained.jpg');
  const exported = (output: string): WritingProgram => ({
    name: `export ${output.replace('out', '')}`,
    output,
    words: (to) => ['export', model, '-o', join(to, output)],
    check: same,
  });
  const score = (to: string): string[] => [
    ...['score', join(ROOT, 'data', 'mnist-mlp-512-trained.wjz'), pictures],
    ...['--workers', '1', '-o', join(to, 'out.ndjson')],
  ];
  return [
    {
      name: 'train on folders',
      output: 'out.jpg',
      words: (to) => [
        ...['train', '--data', photos, '--net', 'lenet:4,8', '--epochs', '3', '--batch', '8'],
        ...['--checkpoint', join(to, 'run.checkpoint')],
        ...['--plot', join(to, 'run.svg'), '-o', join(to, 'out.jpg')],
      ],
      check: (name, bytes, finished) => {
        if (name === 'out.jpg') same(name, bytes, finished);
        else if (name === 'run.svg') endsWith(bytes, '</svg>');
        else readSafetensors(bytes);
      },
    },
    exported('out.onnx'),
    exported('out.safetensors'),
    exported('out.c'),
    {
      name: 'score',
      output: 'out.ndjson',
      words: score,
      resume: (to) => [...score(to), '--resume'],
      // While it is killed it has a part of the lines, the last of which may be cut off.
      check: (_, bytes, finished) => {
        const whole = finished.get('out.ndjson') as Uint8Array;
        if (Buffer.compare(bytes, whole.subarray(0, bytes.length)) !== 0)
          throw new Error('its lines are not the first of those that a whole run writes');
      },
    },
  ];
}

function same(name: string, bytes: Uint8Array, finished: ReadonlyMap<string, Uint8Array>): void {
  if (Buffer.compare(bytes, finished.get(name) as Uint8Array) !== 0)
    throw new Error('it is not what a whole run writes');
}

function endsWith(bytes: Uint8Array, end: string): void {
  if (!new TextDecoder().decode(bytes).trimEnd().endsWith(end)) throw new Error(`it does not end in ${end}`);
}

/** A program that runs, with what it says. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>;
}

/** Starts `wjpeg` as a user does. */
export function startWjpeg(words: readonly string[]): Running {
  const child = spawn(process.execPath, [join(ROOT, 'dist', 'src', 'cli', 'wjpeg.js'), ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr?.on('data', (chunk: Uint8Array) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<Awaited<Running['ended']>>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stderr }));
  });
  return { child, ended };
}
