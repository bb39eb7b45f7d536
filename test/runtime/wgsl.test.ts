import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { blockDctStep } from '../../kernels/block-dct/block-dct.wgsl.ts';
import { blockDctReference } from '../../kernels/block-dct/reference.ts';
import { runDctStep } from '../../kernels/run-dct/run-dct.wgsl.ts';
import type { WgslStep } from '../../kernels/wgsl.ts';
import { tileGeometry } from '../../src/jpeg/dct/tile-geometry.ts';
import { webGpuAvailability } from '../../src/runtime/backends/webgpu-platform.ts';
import { WgslChain } from '../../src/runtime/backends/wgsl/chain.ts';
import { type SharedDevice, sharedDevice } from '../../src/runtime/backends/wgsl/device.ts';
import { WgslExecutor } from '../../src/runtime/backends/wgsl/executor.ts';
import { coefficientForm, multiplyStep } from '../../src/runtime/backends/wgsl/node-steps.ts';
import { Oracle, relativeError } from '../../src/runtime/oracle.ts';
import type { Network } from '../../src/weights/network.ts';
import { matrixNode, randomCoefficients, randomValues, rowsNode } from '../kernels/random.ts';

const network: Network = {
  nodes: [
    rowsNode(20, 12, { outFeatures: 30, relu: true, x: 2, y: 2, perRow: true }),
    matrixNode(30, { outFeatures: 19, seed: 2 }),
  ],
};
const oracle = new Oracle(network);

/** The device with some of its members replaced. */
function deviceWith(gpu: SharedDevice, members: Readonly<Record<string, unknown>>): SharedDevice {
  const device = new Proxy(gpu.device, {
    get(target, name) {
      if (name in members) return members[name as string];
      const member = Reflect.get(target, name, target) as unknown;
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  return { device, pipeline: gpu.pipeline, lost: undefined, whenLost: gpu.whenLost };
}

const state = await webGpuAvailability();
const title = state.available ? `webgpu (${state.detail})` : `webgpu: skipped, ${state.reason}`;
describe.skipIf(!state.available)(title, () => {
  it('runs what is too large for one call in parts', async () => {
    const executor = await WgslExecutor.create(network);
    const batch = 4099;
    const input = randomValues(batch * 240, 1);
    const logits = await executor.run(input, batch, 'values');
    for (const image of [0, 1, 4095, 4096, 4098]) {
      const exact = oracle.run(input.subarray(image * 240, (image + 1) * 240));
      expect(relativeError(logits.subarray(image * 19, (image + 1) * 19), exact)).toBeLessThanOrEqual(1e-5);
    }
    executor.dispose();
  });

  it('takes as many images at once as the largest buffer holds', async () => {
    const gpu = await sharedDevice();
    const limits = { maxBufferSize: 2 ** 28, maxStorageBufferBindingSize: 1024 * 4 * 11 };
    const few = deviceWith(gpu, { limits: { ...limits, maxComputeWorkgroupsPerDimension: 65535 } });
    const chain = await WgslChain.create(few, [runDctStep(1024)], 1024);
    expect(chain.maxImages).toBe(8);
    chain.destroy();
    await expect(WgslChain.create(few, [runDctStep(20_000)], 20_000)).rejects.toMatchObject({
      code: 'KERNEL_TOO_LARGE',
    });
  });

  it('lays out more workgroups than one dimension takes', async () => {
    const gpu = await sharedDevice();
    const tile = tileGeometry(2056, 2056);
    expect(tile.blocksPerRow * tile.blocksPerColumn).toBeGreaterThan(
      gpu.device.limits.maxComputeWorkgroupsPerDimension,
    );
    const values = randomValues(2056 * 2056, 2);
    const chain = await WgslChain.create(gpu, [blockDctStep(tile)], values.length);
    const actual = await chain.run({ values, images: 1, from: 0 });
    chain.destroy();
    expect(relativeError(actual, blockDctReference(values, 1, tile))).toBeLessThanOrEqual(1e-6);
  });

  it('uploads weights once and counts them, and gives one command buffer a call', async () => {
    const gpu = await sharedDevice();
    const made: GPUBuffer[] = [];
    const createBuffer = vi.spyOn(gpu.device, 'createBuffer');
    const writeBuffer = vi.spyOn(gpu.device.queue, 'writeBuffer');
    const submit = vi.spyOn(gpu.device.queue, 'submit');
    const executor = await WgslExecutor.create(network);
    const sizes = (): number[] => createBuffer.mock.results.map(({ value }) => value.size);
    expect(sizes().reduce((sum, size) => sum + size, 0)).toBe(executor.residentBytes.device);
    expect(submit).not.toHaveBeenCalled();
    for (const batch of [1, 5]) {
      await executor.run(randomValues(batch * 240, 3), batch, 'values');
      writeBuffer.mockClear();
      submit.mockClear();
      await executor.run(randomValues(batch * 240, 3), batch, 'values');
      const written = writeBuffer.mock.calls.map(([, , data]) => data.byteLength);
      expect(written).toEqual([12, batch * 240 * 4]);
      expect(submit.mock.calls.map(([commands]) => [...commands].length)).toEqual([1]);
    }
    expect(executor.peakBytes).toBeGreaterThan(executor.residentBytes.device);
    made.push(...createBuffer.mock.results.map(({ value }) => value as GPUBuffer));
    const freed = made.map((buffer) => vi.spyOn(buffer, 'destroy'));
    executor.dispose();
    await expect(executor.run(new Float32Array(240), 1, 'values')).rejects.toMatchObject({
      code: 'SESSION_DISPOSED',
    });
    // Work buffers that were too small were freed before.
    expect(freed.filter((destroy) => destroy.mock.calls.length > 0).length).toBeGreaterThanOrEqual(
      made.length - 4,
    );
    vi.restoreAllMocks();
  });

  it('lets go of the arrays that it has uploaded', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const gpu = await sharedDevice();
    const make = async (): Promise<{ chain: WgslChain; weights: WeakRef<object> }> => {
      const step = multiplyStep(rowsNode(28, 28, { outFeatures: 8 }), 'parts');
      return { chain: await WgslChain.create(gpu, [step], 1024), weights: new WeakRef(step.weights[0]) };
    };
    const { chain, weights } = await make();
    await chain.run({ values: randomValues(1024, 5), images: 1, from: 0 });
    await vi.waitFor(() => {
      collectGarbage();
      expect(weights.deref()).toBeUndefined();
    }, 600_000);
    chain.destroy();
  });

  it('holds coefficients in the form that takes fewer bytes', async () => {
    const node = (density: number) =>
      rowsNode(28, 28, { outFeatures: 16, coefficients: randomCoefficients(16, 1024, { density }) });
    expect(coefficientForm(node(0.1))).toBe('parts');
    expect(coefficientForm(node(0.7))).toBe('int8');
    const bytes = await Promise.all(
      [0.1, 0.7, 1].map(async (density) => {
        const executor = await WgslExecutor.create({ nodes: [node(density)] });
        executor.dispose();
        return executor.residentBytes.device;
      }),
    );
    expect(bytes[0]).toBeLessThan(16 * 1024 * 0.35);
    expect(bytes[1]).toBe(bytes[2]);
  });

  describe('errors', () => {
    const step = runDctStep(16);
    const broken: [string, WgslStep, string][] = [
      ['a kernel that does not compile', { ...step, source: () => 'fn main() { nonsense }' }, 'compilation'],
      [
        'too many threads a workgroup',
        {
          ...step,
          plan: (lanes) => ({ ...step.plan(lanes), constants: { LANES: 32, ITEMS: 64 } }),
        },
        'compilation',
      ],
      ['bindings that do not fit the kernel', { ...step, weights: [] }, 'commands'],
      [
        'more workgroups than the device takes',
        { ...step, plan: (lanes) => ({ ...step.plan(lanes), laneGroups: 70_000 }) },
        'run',
      ],
    ];
    it.each(broken)('%s', async (_, faulty, what) => {
      const chain = await WgslChain.create(await sharedDevice(), [faulty], 16);
      const run = () => chain.run({ values: new Float32Array(16), images: 1, from: 0 });
      for (let time = 0; time < 2; time++) {
        await expect(run()).rejects.toMatchObject({
          code: 'GPU_FAILED',
          message: expect.stringMatching(new RegExp(`${what}.*WebGPU reports`)),
        });
      }
      chain.destroy();
    });

    it('a device that is lost, after which a new session can be made', async () => {
      const input = randomValues(240, 4);
      const executor = await WgslExecutor.create(network);
      await executor.run(input, 1, 'values');
      const running = executor.run(input, 1, 'values');
      (await sharedDevice()).device.destroy();
      await expect(running).rejects.toMatchObject({ code: 'GPU_LOST', kind: 'unavailable' });
      await expect(executor.run(input, 1, 'values')).rejects.toMatchObject({ code: 'GPU_LOST' });
      executor.dispose();
      const another = await WgslExecutor.create(network);
      expect(relativeError(await another.run(input, 1, 'values'), oracle.run(input))).toBeLessThanOrEqual(
        1e-5,
      );
      another.dispose();
    });
  });
});
