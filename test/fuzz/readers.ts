import { exif } from './exif.ts';
import { pictureFolder } from './folder.ts';
import { graph } from './graph.ts';
import { http } from './http.ts';
import { idxTarget } from './idx.ts';
import { jpeg } from './jpeg.ts';
import { lenient } from './lenient.ts';
import { onnx } from './onnx.ts';
import { parts } from './parts.ts';
import { picture } from './picture.ts';
import { png } from './png.ts';
import { resume } from './resume.ts';
import { safetensors } from './safetensors.ts';
import type { Target } from './target.ts';
import { wjz } from './wjz.ts';

/** Every reader of bytes that come from elsewhere. */
export const READERS: Readonly<Record<string, Target>> = {
  jpeg,
  lenient,
  wjz,
  parts,
  picture,
  safetensors,
  png,
  idx: idxTarget,
  onnx,
  graph,
  exif,
  folder: pictureFolder,
  resume,
  http,
};
