import type { Activation } from '../../weights/dense-network.ts';
import type { BatchNormTensors, LinearTensors } from './modules.ts';
import { numberedBefore, numbersOf } from './order.ts';

/** A network as its modules and activations follow one another. */
export type Chain = readonly (LinearTensors | BatchNormTensors | Activation)[];

/**
 * Puts batch normalisations into a chain of linear layers with ReLU between them. Returns undefined where one fits at more
 * than one place. Between two linear layers it stands before the ReLU, as most networks have it, unless the numbers of an
 * `nn.Sequential` say otherwise: a gap between the layer before and it, none to the layer behind.
 */
export function placeNorms(
  linear: readonly LinearTensors[],
  norms: readonly BatchNormTensors[],
  fileOrder: readonly string[] | undefined,
): Chain | undefined {
  const slots = new Map<number, BatchNormTensors>();
  for (const norm of norms) {
    const slot = slotOf(norm, linear, fileOrder);
    if (slot === undefined || slots.has(slot)) return undefined;
    slots.set(slot, norm);
  }
  const first = slots.get(0);
  return [
    ...(first ? [first] : []),
    ...linear.flatMap((layer, index): Chain => {
      const next = linear[index + 1];
      const norm = slots.get(index + 1);
      const relu: Chain = next ? [{ type: 'relu' }] : [];
      if (!norm) return [layer, ...relu];
      return next && followsActivation(layer.name, norm.name, next.name)
        ? [layer, ...relu, norm]
        : [layer, norm, ...relu];
    }),
  ];
}

/** How many linear layers come before a normalisation; undefined where that is not known. */
function slotOf(
  norm: BatchNormTensors,
  linear: readonly LinearTensors[],
  fileOrder: readonly string[] | undefined,
): number | undefined {
  const widths = [linear[0].inFeatures, ...linear.map((layer) => layer.outFeatures)];
  let slots = widths.flatMap((width, slot) => (width === norm.features ? [slot] : []));
  const narrow = (keep: (slot: number) => boolean): void => {
    const kept = slots.filter(keep);
    if (slots.length > 1 && kept.length > 0) slots = kept;
  };
  narrow((slot) =>
    linear.every(({ name }, index) =>
      index < slot ? !numberedBefore(norm.name, name) : !numberedBefore(name, norm.name),
    ),
  );
  narrow((slot) => slot > 0 && numbersOf(linear[slot - 1].name) === numbersOf(norm.name));
  if (fileOrder) {
    const place = fileOrder.indexOf(norm.name);
    const before = linear.map(({ name }) => fileOrder.indexOf(name)).filter((index) => index < place);
    const nearest = linear.findIndex(
      ({ name }) => fileOrder.indexOf(name) === before.reduce((a, b) => Math.max(a, b), -1),
    );
    narrow((slot) => slot === nearest + 1);
  }
  // Normalising the input of a network is rare.
  narrow((slot) => slot > 0);
  return slots.length === 1 ? slots[0] : undefined;
}

/** Whether `nn.Sequential` numbers leave room for an activation before the normalisation, and none behind it. */
function followsActivation(layer: string, norm: string, next: string): boolean {
  const place = (name: string): number => Number(/\d+$/.exec(name)?.[0]);
  const stem = (name: string): string => name.replace(/\d+$/, '');
  const sequential = stem(layer) === stem(norm) && stem(norm) === stem(next);
  return sequential && place(norm) - place(layer) > 1 && place(next) - place(norm) === 1;
}
