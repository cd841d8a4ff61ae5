/** The calls and statements of some trees, found in one walk that all facts about them share. */
import type { Call, ExprStmt, Node, With } from '../../python/syntax/nodes.ts';
import { children } from '../../python/syntax/visit.ts';

export interface CodeSite<N extends Node> {
  readonly node: N;
  /** The nodes around it, the nearest first, as far as the tree goes. */
  readonly around: readonly Node[];
}

export interface Code {
  readonly calls: readonly CodeSite<Call>[];
  /** Expressions that stand alone: what they give is dropped. */
  readonly statements: readonly CodeSite<ExprStmt>[];
  readonly blocks: readonly With[];
}

/** In text order. Without recursion, so that no depth overflows the stack. */
export function readCode(trees: readonly Node[]): Code {
  const calls: CodeSite<Call>[] = [];
  const statements: CodeSite<ExprStmt>[] = [];
  const blocks: With[] = [];
  const pending: { readonly node: Node; readonly around: Around }[] = trees
    .map((node) => ({ node, around: null }))
    .reverse();
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, around } = next;
    if (node.kind === 'Call') calls.push(new Site(node, around));
    if (node.kind === 'With') blocks.push(node);
    if (node.kind === 'Expr') statements.push(new Site(node, around));
    const inner: Around = { node, outer: around };
    for (const child of [...children(node)].reverse()) pending.push({ node: child, around: inner });
  }
  return { calls, statements, blocks };
}

type Around = { readonly node: Node; readonly outer: Around } | null;

/** Most sites are never asked what is around them. */
class Site<N extends Node> implements CodeSite<N> {
  readonly node: N;
  readonly #around: Around;

  constructor(node: N, around: Around) {
    this.node = node;
    this.#around = around;
  }

  get around(): readonly Node[] {
    const nodes: Node[] = [];
    for (let at = this.#around; at; at = at.outer) nodes.push(at.node);
    return nodes;
  }
}
