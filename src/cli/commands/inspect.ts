import type { Argv } from 'yargs';
import { naming, WjpegError } from '../../errors.ts';
import { weightLayers } from '../../format/graph-manifest.ts';
import type { WjzFile } from '../../format/read.ts';
import { isOnnxModel } from '../../importers/file-kinds.ts';
import { readFileBytes, writeFileAtomic } from '../../node/files.ts';
import { MAX_MODEL_BYTES } from '../../node/model-file.ts';
import { onnxExternalData } from '../../node/onnx-external-data.ts';
import { checkOutputs } from '../../node/output-files.ts';
import { encodeGreyPng } from '../../png/encode.ts';
import { drawNeuron } from '../../report/neuron-picture.ts';
import { readOriginal } from '../../report/original.ts';
import { decodeSamples } from '../../runtime/decode-samples.ts';
import type { DenseSource } from '../../runtime/load-network.ts';
import { storedLayers } from '../../runtime/stored-layers.ts';
import { checkWhole } from '../../terminal/option-values.ts';
import { visibleJson, visibleText } from '../../visible-text.ts';
import { inspectGraph } from '../inspect-graph.ts';
import { describeNetwork, inspectNetwork, isNetworkFile } from '../inspect-network.ts';
import { describeFile, type Inspected, inspectJson } from '../inspect-output.ts';
import {
  architectureOption,
  inputShapeOption,
  inputShapes,
  readArchitecture,
  readDenseSource,
} from '../network-options.ts';
import { openModel } from '../open-model.ts';
import { denseOption, jsonOption } from '../options.ts';
import { checkEnding } from '../output-name.ts';

interface InspectArguments {
  model: string;
  png: string | undefined;
  layer: string | undefined;
  neuron: number | undefined;
  dense: string | undefined;
  architecture: string | undefined;
  inputShape: string | undefined;
  json: boolean;
}

/** `wjpeg inspect model.wjz [--png out.png]`. */
export function addInspectCommand(parser: Argv): Argv {
  return parser.command(
    'inspect <model>',
    'Show what a model holds: manifest, layers, contact sheets, the weights of a neuron; or a network as it is read',
    (yargs: Argv) =>
      yargs
        .positional('model', {
          type: 'string',
          demandOption: true,
          describe: 'A model, .wjz or .jpg, or a network: an ONNX model or a safetensors file',
        })
        .options({
          png: { type: 'string', describe: 'Write a picture: the contact sheet, or a neuron with --neuron' },
          layer: {
            type: 'string',
            describe: 'Which layer to draw; the first one stored as a JPEG if left out',
          },
          neuron: {
            type: 'number',
            describe: 'Draw one neuron: its weights before (with --dense) and after',
          },
          dense: denseOption,
          architecture: architectureOption,
          'input-shape': inputShapeOption,
          json: jsonOption,
        })
        .example('wjpeg inspect model.wjz', 'manifest and layers')
        .example('wjpeg inspect model.onnx', 'the graph that compress would store')
        .example(
          'wjpeg inspect model.safetensors --architecture resnet20',
          'the same of a state_dict; without an architecture, its tensors',
        )
        .example('wjpeg inspect model.wjz --png sheet.png', "the first layer's contact sheet")
        .example(
          'wjpeg inspect model.wjz --png n7.png --neuron 7 --dense m.safetensors',
          'neuron 7, before and after',
        )
        .check(({ png, neuron, layer, dense }) => {
          if (neuron !== undefined) checkWhole('neuron', neuron, 0);
          if (neuron !== undefined && png === undefined)
            throw new Error('--neuron draws a picture: name it with --png');
          if (layer !== undefined && png === undefined)
            throw new Error('--layer says which layer is drawn: name the picture with --png');
          if (dense !== undefined && neuron === undefined)
            throw new Error('--dense is drawn beside a neuron: say which with --neuron');
          checkEnding('png', png, ['.png']);
          return true;
        }),
    run,
  );
}

async function run(options: InspectArguments): Promise<void> {
  await checkOutputs([options.png], [options.model, options.dense]);
  const bytes = await readFileBytes(options.model, MAX_MODEL_BYTES);
  if (isNetworkFile(bytes)) return inspectNetworkFile(options, bytes);
  const file = await openModel(options.model, bytes);
  if (options.inputShape !== undefined) {
    throw new WjpegError(
      'misuse',
      'OPTION_VALUE',
      `${options.model}: --input-shape is for an ONNX model, this is a model of wjpeg`,
    );
  }
  const source = await readDenseSource(options);
  const inspected: Inspected = naming(options.model, () =>
    file.manifest.outputs === undefined ? { linear: storedLayers(file) } : inspectGraph(file),
  );
  // What cannot be drawn is said before anything is printed.
  const drawn = options.png === undefined ? undefined : drawPicture(options, file, inspected, source);
  process.stdout.write(
    options.json
      ? `${visibleJson(inspectJson(file, inspected), 2)}\n`
      : describeFile(options.model, file, inspected),
  );
  if (options.png === undefined || drawn === undefined) return;
  await writeFileAtomic(options.png, drawn.png);
  process.stderr.write(`${visibleText(`${options.png}: ${drawn.what}`)}\n`);
}

/** The contact sheet of a layer, or a neuron, and what it is. */
function drawPicture(
  options: InspectArguments,
  file: WjzFile,
  inspected: Inspected,
  source: DenseSource,
): { png: Uint8Array; what: string } {
  const jpeg = naming(options.model, () => chooseJpeg(file, options.layer));
  if (options.neuron === undefined) {
    const sheet = decodeSamples(file.jpegs.get(jpeg.entry) as Uint8Array);
    return { png: encodeGreyPng(sheet), what: `contact sheet of layer '${jpeg.layer}'` };
  }
  const node = inspected.linear.find(({ name }) => name === jpeg.layer);
  if (node?.kind !== 'rows') {
    throw new WjpegError(
      'misuse',
      'NEURON_NO_PICTURE',
      `${options.model}: layer '${jpeg.layer}' is arranged as a matrix, so its neurons are no pictures`,
    );
  }
  const original =
    source.dense &&
    // One per stored layer: an ONNX model may call them otherwise.
    naming(options.dense as string, () => readOriginal(source, file, inspected.linear)).layers[
      inspected.linear.indexOf(node)
    ];
  return {
    png: encodeGreyPng(drawNeuron(node, options.neuron, original)),
    what: `neuron ${options.neuron} of layer '${node.name}', ${original ? 'before | after' : 'as stored'}`,
  };
}

function chooseJpeg({ manifest }: WjzFile, wanted: string | undefined): { layer: string; entry: string } {
  const stored = weightLayers(manifest).flatMap((layer) =>
    'jpeg' in layer.weight ? [{ layer: layer.name, entry: layer.weight.jpeg }] : [],
  );
  const found = wanted === undefined ? stored[0] : stored.find(({ layer }) => layer === wanted);
  if (found) return found;
  const names = stored.map(({ layer }) => layer).join(', ') || 'none';
  const message =
    wanted === undefined ? 'no layer is stored as a JPEG' : `no JPEG layer '${wanted}', there are: ${names}`;
  throw new WjpegError('misuse', 'NO_SUCH_LAYER', message);
}

async function inspectNetworkFile(options: InspectArguments, bytes: Uint8Array): Promise<void> {
  const { model, png, layer, neuron, dense } = options;
  const other = Object.entries({ png, layer, neuron, dense }).find(([, value]) => value !== undefined);
  if (other !== undefined) {
    throw new WjpegError(
      'misuse',
      'OPTION_VALUE',
      `${model}: --${other[0]} is for a model of wjpeg, this is a network`,
    );
  }
  const architecture = await readArchitecture(options.architecture);
  const inspected = naming(model, () =>
    inspectNetwork(model, bytes, {
      architecture,
      inputShapes: inputShapes(options.inputShape),
      ...(isOnnxModel(bytes) && { externalData: onnxExternalData(model) }),
    }),
  );
  process.stdout.write(options.json ? `${visibleJson(inspected, 2)}\n` : describeNetwork(inspected));
}
