import { WjpegError } from '../../src/errors.ts';
import { writeModel } from '../../src/format/write-model.ts';
import type { LabelledPictures } from '../../src/image/labelled-pictures.ts';
import { argmax } from '../../src/runtime/answer.ts';
import { exportNetwork, restoreCheckpoint, Trainer, writeCheckpoint } from '../../src/train.ts';
import type { TrainingFailure, TrainingProgress, TrainingTask } from './messages.ts';
import { copies, INPUTS, trainingOptions } from './settings.ts';

/** Between two pictures of the network, in milliseconds. */
const PAUSE = 500;
/** What any browser shows. */
const CODING = { entropy: 'huffman' } as const;

/** Runs in a thread of its own: trains on the task that it is sent, and tells how far it is. */
const worker = globalThis as unknown as {
  onmessage: ((event: MessageEvent<TrainingTask>) => void) | null;
  postMessage(message: TrainingProgress | TrainingFailure): void;
};
worker.onmessage = ({ data }) => {
  try {
    train(data);
  } catch (error) {
    const { kind, code } = error instanceof WjpegError ? error : { kind: undefined, code: '' };
    worker.postMessage({ type: 'failure', kind, code, message: (error as Error).message });
  }
};

function train(task: TrainingTask): void {
  const count = task.labels.length;
  const data = repeated(task, copies(count));
  const options = { ...trainingOptions(task.kind), outputs: task.classes.length };
  const trainer = new Trainer(data, options);
  // A network that is written has its tables fixed, so what is shown of a run is written of its double.
  const double = new Trainer(data, options);
  const fit = INPUTS[task.kind].preprocessing.fit;
  const own = Array.from({ length: count }, (_, i) => i);
  const start = performance.now();
  let shown = -Infinity;
  while (!trainer.done) {
    trainer.runEpoch();
    const now = performance.now();
    if (now - shown < PAUSE && !trainer.done) continue;
    shown = now;
    restoreCheckpoint(double, writeCheckpoint(trainer));
    const jpeg = writeModel(exportNetwork(double, { jpeg: CODING, ...(fit && { fit }) }), {
      file: 'model.jpg',
      coding: CODING,
    });
    const logits = double.logits(own);
    const classes = task.classes.length;
    const wrong = own.filter(
      (i) => argmax(logits.subarray(i * classes, (i + 1) * classes)) !== task.labels[i],
    );
    const { epoch } = trainer;
    const { epochs } = trainer.options;
    const secondsLeft = (((now - start) / 1000) * (epochs - epoch)) / epoch;
    worker.postMessage({ type: 'progress', epoch, epochs, wrong: wrong.length, count, secondsLeft, jpeg });
  }
}

/** Few pictures fill no batch: all of them, again and again. */
function repeated({ kind, pictures, labels, classes }: TrainingTask, times: number): LabelledPictures {
  const { width, height, channels } = INPUTS[kind];
  const many = new Uint8Array(pictures.length * times);
  const manyLabels = new Uint8Array(labels.length * times);
  for (let i = 0; i < times; i++) {
    many.set(pictures, i * pictures.length);
    manyLabels.set(labels, i * labels.length);
  }
  return { count: manyLabels.length, width, height, channels, pictures: many, labels: manyLabels, classes };
}
