import { InferenceSession } from '../../src/index.ts';

/** A worker that opens a model and answers once. */
addEventListener('message', async ({ data }: MessageEvent<{ address: string; input: readonly number[] }>) => {
  const session = await InferenceSession.create(data.address, { progressive: true });
  await session.complete;
  const { logits } = await session.infer(Float32Array.from(data.input));
  postMessage({ logits: [...logits], backend: session.backend });
});
