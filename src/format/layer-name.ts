/** A layer's own name, or one by its operator and place. */
export function nameOf(
  { name: own, type }: { readonly name?: string; readonly type: string },
  index: number,
): string {
  return own ?? `${type} ${index}`;
}
