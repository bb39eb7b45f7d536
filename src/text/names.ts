/** All names, apart from one another though they have spaces or commas in them. */
export function allNames(names: readonly string[]): string {
  return names.map((name) => (/[,"]|^\s|\s$|^$/.test(name) ? JSON.stringify(name) : name)).join(', ');
}

/** The first names of a list, for a sentence; an ellipsis stands for the others. */
export function firstNames(names: readonly string[], count = 12): string {
  return `${names.slice(0, count).join(', ')}${names.length > count ? ', …' : ''}`;
}
