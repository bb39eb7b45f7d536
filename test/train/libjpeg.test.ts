import { describe, expect, it } from 'vitest';
import { exportNetwork } from '../../src/train/export.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { hasLibjpeg, libjpeg, NEEDS_LIBJPEG } from '../jpeg/libjpeg-tools.ts';
import { syntheticPictures, TINY } from './synthetic.ts';

describe.skipIf(!hasLibjpeg)(`a trained file in libjpeg-turbo${NEEDS_LIBJPEG}`, () => {
  const trainer = new Trainer(syntheticPictures(700), { ...TINY, net: 'mlp:60,30', epochs: 3 });
  while (!trainer.done) trainer.runEpoch();
  const { jpegs } = exportNetwork(trainer);

  it('opens', () => {
    for (const jpeg of jpegs.values()) expect(libjpeg('djpeg', ['-pnm'], jpeg).length).toBeGreaterThan(100);
  });

  it('takes about the bytes that the rate model reckons for arithmetic coding', () => {
    const [first] = jpegs.values();
    const arithmetic = libjpeg('jpegtran', ['-arithmetic', '-copy', 'none'], first);
    const estimate = trainer.rateModel(0).totalBits() / 8;
    // SOI, DQT, SOF, DAC, SOS and EOI take about 100; contexts have to be learnt.
    expect(arithmetic.length - 100).toBeGreaterThan(estimate * 0.95);
    expect(arithmetic.length - 100).toBeLessThan(estimate * 1.25);
  });
});
