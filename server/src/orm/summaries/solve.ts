/**
 * Solves equations between functions that call each other. Functions that reach each other in circles (a strongly
 * connected component of the call graph, found as Tarjan does) are worked out together, until nothing is added any more.
 */
import type { Recorded, Recorder } from '../../base/recorder.ts';

export interface Equations<Node extends object, Value> {
  /** Whose values the value of a node is made from. */
  dependenciesOf(node: Node): readonly Node[];
  /** Grows with the values it is made from, and not without end. */
  valueOf(node: Node, of: (dependency: Node) => Value): Value;
  /** The value to begin with. */
  readonly nothing: Value;
  isSame(left: Value, right: Value): boolean;
}

/** A guard only: paths are short, so values stop growing long before. */
const MAX_ROUNDS = 100;

/** Values are kept with all that they were made from. Without recursion: a chain of calls may be of any length. */
export class Solver<Node extends object, Value> {
  readonly #equations: Equations<Node, Value>;
  readonly #recorder: Recorder;
  readonly #solved = new WeakMap<Node, Recorded<Value>>();
  readonly #dependencies = new WeakMap<Node, Recorded<readonly Node[]>>();

  constructor(equations: Equations<Node, Value>, recorder: Recorder) {
    this.#equations = equations;
    this.#recorder = recorder;
  }

  valueOf(node: Node): Value {
    if (!this.#solved.has(node)) this.#solve(node);
    return this.#recorder.reuse(this.#solved.get(node)!);
  }

  #solve(root: Node): void {
    const index = new Map<Node, number>();
    const low = new Map<Node, number>();
    const stack: Node[] = [];
    const onStack = new Set<Node>();
    const open: { readonly node: Node; readonly edges: readonly Node[]; next: number }[] = [];
    const enter = (node: Node): void => {
      index.set(node, index.size);
      low.set(node, index.get(node)!);
      stack.push(node);
      onStack.add(node);
      open.push({ node, edges: this.#edges(node), next: 0 });
    };
    enter(root);
    for (let top = open.at(-1); top; top = open.at(-1)) {
      const { node } = top;
      const edge = top.edges[top.next++];
      if (edge === undefined) {
        open.pop();
        const parent = open.at(-1)?.node;
        if (parent) low.set(parent, Math.min(low.get(parent)!, low.get(node)!));
        if (low.get(node) === index.get(node)) {
          const component = stack.splice(stack.indexOf(node));
          for (const member of component) onStack.delete(member);
          this.#solveComponent(component);
        }
      } else if (!this.#solved.has(edge)) {
        if (!index.has(edge)) enter(edge);
        else if (onStack.has(edge)) low.set(node, Math.min(low.get(node)!, index.get(edge)!));
      }
    }
  }

  #solveComponent(component: readonly Node[]): void {
    const equations = this.#equations;
    const members = new Set(component);
    const values = new Map<Node, Value>(component.map((node) => [node, equations.nothing]));
    const of = (node: Node): Value =>
      members.has(node) ? values.get(node)! : this.#recorder.reuse(this.#solved.get(node)!);
    const { trace } = this.#recorder.record(() => {
      const edges = new Map(component.map((node) => [node, this.#edges(node)]));
      // Callees were met last, and their values are needed first.
      const order = component.toReversed();
      let moved: ReadonlySet<Node> | null = null;
      for (let round = 0; moved?.size !== 0 && round < MAX_ROUNDS; round++) {
        const moving = new Set<Node>();
        for (const node of order) {
          if (moved && !edges.get(node)!.some((edge) => moved!.has(edge))) continue;
          const value = equations.valueOf(node, of);
          if (equations.isSame(value, values.get(node)!)) continue;
          values.set(node, value);
          moving.add(node);
        }
        moved = moving;
      }
    });
    // What one of a circle is made from, all of it are.
    for (const node of component) this.#solved.set(node, { value: values.get(node)!, trace });
  }

  #edges(node: Node): readonly Node[] {
    const known = this.#dependencies.get(node);
    if (known) return this.#recorder.reuse(known);
    const recorded = this.#recorder.record(() => this.#equations.dependenciesOf(node));
    this.#dependencies.set(node, recorded);
    return recorded.value;
  }
}
