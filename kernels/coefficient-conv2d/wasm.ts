import { layPlanes } from '../conv2d/planes.ts';
import type { WasmBinding } from '../graph-wasm/binding.ts';
import type { KernelCoefficients } from '../node.ts';
import type { CoefficientConv2dAttributes } from './attributes.ts';

/** Pixels that the kernel computes together: four vectors. */
const PIXELS = 16;

/** Nonzeros on planes (conv2d/planes.ts): 4 bytes each, an offset per column of the coefficients. */
export const kernel: WasmBinding<CoefficientConv2dAttributes> = (
  { inputs: [input], outputs: [output], attributes, coefficients },
  { kernels, write, work },
) => {
  const [channels] = input;
  const [outputs] = output;
  const planes = layPlanes(input, output, attributes.kernel, attributes, PIXELS, outputs);
  const { sparse, quantization } = coefficients as KernelCoefficients;
  const rowStart = write(sparse.rowStart);
  const column = write(Uint16Array.from(sparse.column));
  const value = write(Int16Array.from(sparse.value));
  const factors = write(Float32Array.from(quantization));
  const offsets = write(
    Uint32Array.from({ length: sparse.columns }, (_, at) =>
      planes.offset(at % channels, Math.floor(at / channels)),
    ),
  );
  const address = work(planes.bytes);

  return ([from], [to], batch) =>
    planes.run(kernels, address(), { from, to }, batch, (start, sums, step, keep) => {
      kernels.coefficientConv2d(start, offsets, rowStart, column, value, factors, sums, outputs, step);
      keep(0, outputs);
    });
};
