import type { KernelWindow } from '../window.ts';

export interface Conv2dAttributes extends KernelWindow {
  readonly groups: number;
}
