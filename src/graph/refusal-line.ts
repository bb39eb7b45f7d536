/** Longest list of a refusal, in characters: longer messages would be cut. */
const MAX_LENGTH = 900;
/** Node names listed for each operator, fewer where the line would be too long. */
const NAMES = [8, 3, 1, 0];

/** What is refused, such as an operator, and the names of the nodes that have it. */
export type RefusedNodes = Map<string, string[]>;

/** Adds a node to those that have the same. */
export function addRefused(nodes: RefusedNodes, what: string, name: string): void {
  const names = nodes.get(what);
  if (names === undefined) nodes.set(what, [name]);
  else names.push(name);
}

/** One line of all that is refused, by titles: `unsupported operators: Erf (a, b), LSTM (c)`; '' where nothing is. */
export function refusalLine(parts: readonly (readonly [title: string, nodes: RefusedNodes])[]): string {
  const lines = NAMES.map((names) =>
    parts
      .filter(([, { size }]) => size > 0)
      .map(([title, nodes]) => listed(title, nodes, names))
      .join('; '),
  );
  return lines.find(({ length }) => length <= MAX_LENGTH) ?? (lines.at(-1) as string);
}

function listed(title: string, nodes: RefusedNodes, names: number): string {
  const items = [...nodes].map(([what, list]) => {
    if (names === 0) return `${what} (${list.length} ${list.length === 1 ? 'node' : 'nodes'})`;
    const more = list.length > names ? ` and ${list.length - names} more` : '';
    return `${what} (${list.slice(0, names).map(shortened).join(', ')}${more})`;
  });
  return `${title}: ${items.join(', ')}`;
}

/** Paths of modules, as PyTorch writes them, are long. */
function shortened(name: string): string {
  return name.length <= 60 ? name : `${name.slice(0, 28)}…${name.slice(-28)}`;
}
