/** The first names of a list, for a sentence; an ellipsis stands for the others. */
export function firstNames(names: readonly string[], count = 12): string {
  return `${names.slice(0, count).join(', ')}${names.length > count ? ', …' : ''}`;
}
