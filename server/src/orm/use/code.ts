/** The nodes of some trees by their kind, found in one walk that all facts about them share. */
import type { ExprStmt, Node, NodeKind, With } from '../../python/syntax/nodes.ts';
import { children, type NodeOfKind } from '../../python/syntax/visit.ts';

export interface CodeSite<N extends Node> {
  readonly node: N;
  /** The nodes around it, the nearest first, as far as the tree goes. */
  readonly around: readonly Node[];
}

export interface Code {
  /** All nodes of a kind, in text order, also those of functions inside of functions. */
  of<K extends NodeKind>(kind: K): readonly CodeSite<NodeOfKind<K>>[];
  readonly calls: readonly CodeSite<NodeOfKind<'Call'>>[];
  /** Expressions that stand alone: what they give is dropped. */
  readonly statements: readonly CodeSite<ExprStmt>[];
  readonly blocks: readonly With[];
}

/** Without recursion, so that no depth overflows the stack. */
export function readCode(trees: readonly Node[]): Code {
  const sites = new Map<NodeKind, CodeSite<Node>[]>();
  const pending: { readonly node: Node; readonly around: Around }[] = trees
    .map((node) => ({ node, around: null }))
    .reverse();
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, around } = next;
    const alike = sites.get(node.kind);
    if (alike) alike.push(new Site(node, around));
    else sites.set(node.kind, [new Site(node, around)]);
    const inner: Around = { node, outer: around };
    const parts = children(node);
    for (let i = parts.length - 1; i >= 0; i--) pending.push({ node: parts[i]!, around: inner });
  }
  const of = <K extends NodeKind>(kind: K) => (sites.get(kind) ?? []) as unknown as readonly CodeSite<NodeOfKind<K>>[];
  return { of, calls: of('Call'), statements: of('Expr'), blocks: of('With').map(({ node }) => node) };
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
