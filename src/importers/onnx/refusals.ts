import { WjpegError } from '../../errors.ts';
import { addRefused, type RefusedNodes, refusalLine } from '../../graph/refusal-line.ts';
import { decodeGraph, type NodeProto } from './schema.ts';

/** How deep subgraphs are looked through. */
const MAX_DEPTH = 16;

/** Operators, and forms of them, that the importer does not know, with the nodes that have them. */
export class Refusals {
  readonly #operators: RefusedNodes = new Map();
  readonly #forms: RefusedNodes = new Map();

  /** Adds the operator of a node. */
  operator(proto: NodeProto, name: string): void {
    addRefused(this.#operators, operatorName(proto), name);
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
    addRefused(this.#forms, `${proto.opType} that ${what}`, name);
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
    const line = refusalLine([
      ['unsupported operators', this.#operators],
      ['unsupported forms', this.#forms],
    ]);
    throw new WjpegError('unsupported', 'OPERATOR_UNKNOWN', line);
  }
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
