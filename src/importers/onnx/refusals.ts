import { WjpegError } from '../../errors.ts';
import { decodeGraph, type NodeProto } from './schema.ts';

/** Longest list of a refusal, in characters: longer messages would be cut. */
const MAX_LENGTH = 900;
/** Node names listed for each operator, fewer where the line would be too long. */
const NAMES = [8, 3, 1, 0];
/** How deep subgraphs are looked through. */
const MAX_DEPTH = 16;

/** Operators, and forms of them, that the importer does not know, with the nodes that have them. */
export class Refusals {
  readonly #operators = new Map<string, string[]>();
  readonly #forms = new Map<string, string[]>();

  /** Adds the operator of a node. */
  operator(proto: NodeProto, name: string): void {
    add(this.#operators, operatorName(proto), name);
  }

  /**
   * Adds the operators in the branches or the body of a control flow node that are unknown as well, so that the line says all
   * that stands in the way.
   */
  subgraphs(proto: NodeProto, isKnown: (proto: NodeProto) => boolean, depth = 1): void {
    for (const { g } of proto.attribute) {
      if (g.length === 0) continue;
      let nodes: readonly NodeProto[];
      try {
        nodes = decodeGraph(g).node;
      } catch {
        // The control flow is refused anyway.
        continue;
      }
      for (const inner of nodes) {
        if (!isKnown(inner)) this.operator(inner, nodeName(inner));
        if (depth < MAX_DEPTH) this.subgraphs(inner, isKnown, depth + 1);
      }
    }
  }

  /** Adds a form of a known operator; `what` is a verb phrase. */
  form(proto: NodeProto, what: string, name: string): void {
    add(this.#forms, `${proto.opType} that ${what}`, name);
  }

  /** Runs an action; if it throws, and something was added before, throws that. */
  before<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      this.throwIfAny();
      throw error;
    }
  }

  /** Throws `OPERATOR_UNKNOWN` with everything that was added, in one line. */
  throwIfAny(): void {
    if (this.#operators.size + this.#forms.size === 0) return;
    const lines = NAMES.map((names) =>
      [
        listed('unsupported operators', this.#operators, names),
        listed('unsupported forms', this.#forms, names),
      ]
        .filter((part) => part !== '')
        .join('; '),
    );
    const line = lines.find(({ length }) => length <= MAX_LENGTH) ?? (lines.at(-1) as string);
    throw new WjpegError('unsupported', 'OPERATOR_UNKNOWN', line);
  }
}

function add(map: Map<string, string[]>, key: string, name: string): void {
  const names = map.get(key);
  if (names === undefined) map.set(key, [name]);
  else names.push(name);
}

/** `unsupported operators: Erf (a, b), LSTM (c)`; '' where there are none. */
function listed(title: string, map: ReadonlyMap<string, readonly string[]>, names: number): string {
  if (map.size === 0) return '';
  const items = [...map].map(([what, nodes]) => {
    if (names === 0) return `${what} (${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'})`;
    const more = nodes.length > names ? ` and ${nodes.length - names} more` : '';
    return `${what} (${nodes.slice(0, names).map(shortened).join(', ')}${more})`;
  });
  return `${title}: ${items.join(', ')}`;
}

/** Paths of modules, as PyTorch writes them, are long. */
function shortened(name: string): string {
  return name.length <= 60 ? name : `${name.slice(0, 28)}…${name.slice(-28)}`;
}

/** `LSTM`, or of another domain `com.example.Custom`. */
function operatorName({ domain, opType }: NodeProto): string {
  return isStandard(domain) ? opType : `${domain}.${opType}`;
}

/** Whether the operator is one of ONNX itself. */
export function isStandard(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

/** What the model calls the node. */
export function nodeName({ name, output, opType }: NodeProto): string {
  return name || output.find((value) => value !== '') || opType;
}
