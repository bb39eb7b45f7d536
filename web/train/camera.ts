import { SIDE } from './pictures.ts';

/** The camera's picture in place of the drawing pad. */
export class Camera {
  readonly #video: HTMLVideoElement;
  readonly #onEnd: () => void;
  #stream: MediaStream | undefined;

  /** `onEnd`: the picture has ended by itself, as when the camera is unplugged or its permission taken back. */
  constructor(video: HTMLVideoElement, onEnd: () => void) {
    this.#video = video;
    this.#onEnd = onEnd;
  }

  get isOn(): boolean {
    return this.#stream !== undefined;
  }

  /** @throws what the browser throws where there is no camera, or no permission */
  async start(): Promise<void> {
    if (!navigator.mediaDevices)
      throw new DOMException('the page was not loaded over https', 'SecurityError');
    const stream = await navigator.mediaDevices.getUserMedia({
      video: { width: { ideal: 640 }, height: { ideal: 640 }, facingMode: 'environment' },
    });
    this.#stream = stream;
    for (const track of stream.getTracks()) track.addEventListener('ended', this.#onEnd);
    this.#video.srcObject = stream;
    this.#video.hidden = false;
    await this.#video.play();
  }

  stop(): void {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
    this.#video.srcObject = null;
    this.#video.hidden = true;
  }

  /** The middle of the picture, a square as the page shows it; undefined before the first one has come. */
  get frame(): ImageData | undefined {
    const { videoWidth, videoHeight } = this.#video;
    const side = Math.min(videoWidth, videoHeight);
    if (side === 0) return undefined;
    const canvas = document.createElement('canvas');
    canvas.width = SIDE;
    canvas.height = SIDE;
    const context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
    const [left, top] = [(videoWidth - side) / 2, (videoHeight - side) / 2];
    context.drawImage(this.#video, left, top, side, side, 0, 0, SIDE, SIDE);
    return context.getImageData(0, 0, SIDE, SIDE);
  }
}

/** By the names that browsers give to errors of `getUserMedia`. */
const REASONS: Readonly<Record<string, string>> = {
  NotAllowedError:
    'The page may not use the camera: its permission was refused. Allow it beside the page’s address',
  NotFoundError: 'No camera was found. Connect one',
  NotReadableError: 'The camera is in use elsewhere. Close what uses it',
  SecurityError: 'Browsers give the camera to pages loaded over https only. Open it there',
};

/** Why there is no camera, in a sentence that says what to do. */
export function withoutCamera({ name }: Error): string {
  return `${REASONS[name] ?? 'The camera could not be used. Try again'}, draw, or add files.`;
}
