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
  const sites = new Map<NodeKind, Site[]>();
  const pending = trees.map((node) => new Site(node, null)).reverse();
  for (let site = pending.pop(); site; site = pending.pop()) {
    const alike = sites.get(site.node.kind);
    if (alike) alike.push(site);
    else sites.set(site.node.kind, [site]);
    const parts = children(site.node);
    for (let i = parts.length - 1; i >= 0; i--) pending.push(new Site(parts[i]!, site));
  }
  const of = <K extends NodeKind>(kind: K) => (sites.get(kind) ?? []) as unknown as readonly CodeSite<NodeOfKind<K>>[];
  return { of, calls: of('Call'), statements: of('Expr'), blocks: of('With').map(({ node }) => node) };
}

/** Most sites are never asked what is around them. */
class Site implements CodeSite<Node> {
  readonly node: Node;
  readonly #outer: Site | null;

  constructor(node: Node, outer: Site | null) {
    this.node = node;
    this.#outer = outer;
  }

  get around(): readonly Node[] {
    const nodes: Node[] = [];
    for (let at = this.#outer; at; at = at.#outer) nodes.push(at.node);
    return nodes;
  }
}
