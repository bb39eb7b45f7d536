import { block } from './convolutional.ts';
import type { NetLayer } from './description.ts';

/** Channels of the stages (He et al., 2015, 4.2). */
const STAGES = [16, 32, 64];

/** A residual network for pictures such as CIFAR's: so many blocks a stage; shortcuts into a new stage are 1×1 convolutions. */
export function residual(blocks: number): NetLayer[] {
  const layers: NetLayer[] = [...block(STAGES[0]).slice(0, -1), { type: 'relu', name: 'r' }];
  let before = 'r';
  for (const [stage, outChannels] of STAGES.entries()) {
    for (let i = 0; i < blocks; i++) {
      const strides = stage > 0 && i === 0 ? 2 : 1;
      const conv = { type: 'conv2d', outChannels, bias: false };
      // Names of this block's values.
      const own = `${stage}${i}`;
      layers.push(
        { ...conv, inputs: [before], kernel: 3, strides, pads: 1 },
        { type: 'batch-norm' },
        { type: 'relu' },
        { ...conv, kernel: 3, pads: 1 },
        { type: 'batch-norm', name: `n${own}` },
      );
      let shortcut = before;
      if (strides > 1) {
        shortcut = `s${own}`;
        layers.push(
          { ...conv, inputs: [before], kernel: 1, strides },
          { type: 'batch-norm', name: shortcut },
        );
      }
      before = `r${own}`;
      layers.push({ type: 'add', inputs: [`n${own}`, shortcut] }, { type: 'relu', name: before });
    }
  }
  return [...layers, { type: 'global-average-pool' }, { type: 'linear' }];
}
