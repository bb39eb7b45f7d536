import { InferenceSession, type ModelInput, type WjpegError } from '../../src/index.ts';

/** What the page offers to the test that drives it: one picture in every form that a browser has. */
let session: InferenceSession;

async function canvasOf(address: string): Promise<HTMLCanvasElement> {
  const bitmap = await createImageBitmap(await (await fetch(address)).blob());
  const canvas = document.createElement('canvas');
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  return canvas;
}

function imageOf(address: string, crossOrigin?: string): HTMLImageElement {
  const image = new Image();
  if (crossOrigin !== undefined) image.crossOrigin = crossOrigin;
  image.src = address;
  return image;
}

const forms: Record<string, (address: string) => ModelInput | Promise<ModelInput>> = {
  bytes: async (address) => (await fetch(address)).arrayBuffer(),
  'relative address': (address) => address,
  URL: (address) => new URL(address, location.href),
  Response: (address) => fetch(address),
  File: async (address) => new File([await (await fetch(address)).blob()], 'digit.png'),
  ImageData: async (address) => {
    const canvas = await canvasOf(address);
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    return context.getImageData(0, 0, canvas.width, canvas.height);
  },
  ImageBitmap: async (address) => createImageBitmap(await (await fetch(address)).blob()),
  canvas: canvasOf,
  'canvas that is not 2D': async (address) => {
    const picture = await canvasOf(address);
    const canvas = document.createElement('canvas');
    canvas.width = picture.width;
    canvas.height = picture.height;
    const bitmap = await createImageBitmap(picture);
    const context = canvas.getContext('bitmaprenderer') as ImageBitmapRenderingContext;
    context.transferFromImageBitmap(bitmap);
    return canvas;
  },
  OffscreenCanvas: async (address) => {
    const picture = await canvasOf(address);
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    canvas.getContext('2d')?.drawImage(picture, 0, 0);
    return canvas;
  },
  'image that is still loading': (address) => imageOf(address),
  'image of another frame': (address) => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const image = (frame.contentDocument as Document).createElement('img');
    image.src = new URL(address, location.href).href;
    (frame.contentDocument as Document).body.append(image);
    return image;
  },
  VideoFrame: async (address) => new VideoFrame(await canvasOf(address), { timestamp: 0 }),
};

/** Inputs that cannot be read, and why. */
const refused: Record<string, (other: string) => unknown> = {
  'image of another origin': (other) => imageOf(`${other}/digit.png`),
  'image that is missing': () => imageOf('/missing.png'),
  'image without an address': () => new Image(),
  'empty canvas': () => Object.assign(document.createElement('canvas'), { width: 0 }),
  'closed bitmap': async () => {
    const bitmap = await createImageBitmap(await canvasOf('/digit.png'));
    bitmap.close();
    return bitmap;
  },
  'video without a frame': () => document.createElement('video'),
  'another element': () => document.createElement('p'),
  'too large': () => Object.assign(document.createElement('canvas'), { width: 10_000, height: 10_000 }),
};

const page = {
  forms: Object.keys(forms),
  refused: Object.keys(refused),

  async open(model: string): Promise<void> {
    session = await InferenceSession.create(model);
  },

  async answer(form: string, address: string) {
    const input = await forms[form](address);
    const { label, logits, picture } = await session.infer(input);
    return { label, logits: [...logits], picture };
  },

  async refusal(name: string, other: string): Promise<string> {
    return session.infer((await refused[name](other)) as ModelInput).then(
      () => 'none',
      ({ code, message }: WjpegError) => `${code} ${message}`,
    );
  },
};

export type InputsPage = typeof page;

Object.assign(globalThis, { wjpegTest: page });
