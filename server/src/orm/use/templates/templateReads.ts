/** Relations that a template loads row by row, of the queries that its view gives it. */
import type { TextRange } from '../../../base/text.ts';
import type { SourceFile } from '../../../python/types.ts';
import type { Unit } from '../../../python/units.ts';
import { parseTemplate, type TemplateNode, type TemplatePath } from '../../../templates/template.ts';
import type { Expr } from '../../../python/syntax/nodes.ts';
import type { Inference } from '../../infer.ts';
import { type LazyRelation, lazyRelation } from '../../lazyReads.ts';
import { LIMITS } from '../../limits.ts';
import { readsOfMember } from '../../summaries/modelReads.ts';
import { elementOf, UNKNOWN, type Value } from '../../values.ts';
import type { Code } from '../code.ts';
import { type Given, type Rendering, renderingOfView, renderingsIn, templatePath } from './views.ts';

export interface TemplateRead extends LazyRelation {
  /** As it is written there: `book.author.name`. */
  readonly text: string;
  readonly template: { readonly path: string; readonly at: TextRange; readonly name: string };
  /** What the view gives the template. */
  readonly given: Expr;
  /** The query begins in the template, and cannot be edited. */
  readonly isOfTemplate: boolean;
}

/** Templates in templates in templates …: a page that goes further is not followed. */
const MAX_NESTING = 6;

/** Each relation of each query once. */
export function templateReads(code: Code, unit: Unit, file: SourceFile, inference: Inference): readonly TemplateRead[] {
  const view = unit.node.kind === 'ClassDef' ? renderingOfView(unit.node, file, inference) : null;
  const found = [...renderingsIn(code, file, inference), ...(view ? [view] : [])].flatMap((rendering) =>
    new Page(rendering, file, inference).reads(),
  );
  const seen = new Set<string>();
  return found.filter(({ query, steps }) => {
    const key = `${query.root.start}@${query.rootFile.path}:${steps.join('.')}`;
    return !seen.has(key) && seen.add(key);
  });
}

type Names = ReadonlyMap<string, Given>;

/** Where a piece of a page stands. */
interface Piece {
  readonly path: string;
  readonly name: string;
  readonly nodes: readonly TemplateNode[];
}

class Page {
  readonly #rendering: Rendering;
  readonly #file: SourceFile;
  readonly #inference: Inference;
  readonly #found: TemplateRead[] = [];
  /** Blocks that a template which extends another one fills. */
  readonly #blocks = new Map<string, Piece>();
  #templates = 0;

  constructor(rendering: Rendering, file: SourceFile, inference: Inference) {
    this.#rendering = rendering;
    this.#file = file;
    this.#inference = inference;
  }

  reads(): readonly TemplateRead[] {
    this.#template(this.#rendering.path, this.#rendering.template, this.#rendering.context, 0);
    return this.#found;
  }

  #template(path: string, name: string, names: Names, depth: number): void {
    if (depth >= MAX_NESTING) return;
    if (++this.#templates > LIMITS.templates.most) return this.#inference.onLimit('templates', this.#rendering.path);
    const text = this.#inference.program.otherText(path);
    if (text === undefined) return;
    if (text.length > LIMITS.template.most) return this.#inference.onLimit('template', path);
    const nodes = parseTemplate(text);
    const parent = nodes.find((node) => node.kind === 'extends');
    const parentPath = parent && templatePath(parent.name, this.#file, this.#inference);
    if (!parent || !parentPath) return this.#nodes({ path, name, nodes }, names, depth);
    for (const block of blocksIn(nodes))
      if (!this.#blocks.has(block.name)) this.#blocks.set(block.name, { path, name, nodes: block.body });
    this.#template(parentPath, parent.name, names, depth + 1);
  }

  #nodes(piece: Piece, names: Names, depth: number): void {
    for (const node of piece.nodes) {
      const inside = (nodes: readonly TemplateNode[]): Piece => ({ ...piece, nodes });
      switch (node.kind) {
        case 'reads':
          for (const path of node.paths) this.#value(path, piece, names, node.shown);
          break;
        case 'for': {
          const rows = node.over && this.#value(node.over, piece, names, false, true);
          const inner = new Map(names);
          for (const target of node.targets) inner.delete(target);
          const row = rows ? elementOf(rows.value) : UNKNOWN;
          for (const [i, target] of node.targets.entries()) {
            const value = node.targets.length === 1 ? row : row.kind === 'tuple' ? row.items[i] : undefined;
            if (rows && value) inner.set(target, { ...rows, value });
          }
          this.#nodes(inside(node.body), inner, depth);
          break;
        }
        case 'names':
          this.#nodes(inside(node.body), this.#named(node.names, piece, names, names), depth);
          break;
        case 'block': {
          const filled = this.#blocks.get(node.name);
          // A block in its own filling is the one that is filled.
          this.#nodes(filled && filled.nodes !== piece.nodes ? filled : inside(node.body), names, depth);
          break;
        }
        case 'include': {
          const path = templatePath(node.name, this.#file, this.#inference);
          const given = this.#named(node.names, piece, names, node.only ? new Map() : names);
          if (path) this.#template(path, node.name, given, depth + 1);
          break;
        }
        case 'extends':
      }
    }
  }

  #named(given: ReadonlyMap<string, TemplatePath | null>, piece: Piece, names: Names, base: Names): Names {
    const inner = new Map(base);
    for (const [name, path] of given) {
      const value = path && this.#value(path, piece, names, false);
      if (value) inner.set(name, value);
      else inner.delete(name);
    }
    return inner;
  }

  /** What a path leads to, noting what is loaded on the way. */
  #value(path: TemplatePath, piece: Piece, names: Names, shown: boolean, isIterated = false): Given | null {
    const [first, ...steps] = path.steps;
    const given = names.get(first!);
    if (!given) return null;
    const { at } = given;
    let value: Value = given.value;
    const note = (reads: readonly LazyRelation[]): void => {
      for (const read of reads) this.#note(read, path, piece, at);
    };
    for (const [i, step] of steps.entries()) {
      if (value.kind === 'instance') {
        const next = steps[i + 1];
        const model = this.#inference.graph.model(value.model);
        const relation = model && this.#inference.graph.relation(model, step);
        if (relation) {
          // A related manager in a loop is asked for all its rows.
          const calls = next !== undefined ? [next] : isIterated ? ['all'] : [];
          const lazy = lazyRelation(value, step, calls, this.#inference);
          if (lazy) note([lazy]);
        } else {
          note(readsOfMember(value, step, true, this.#inference));
          note(readsOfMember(value, step, false, this.#inference));
        }
        value = called(this.#inference.attributeOf(value, step, this.#file, at), this.#inference);
      } else if (value.kind === 'query' || value.kind === 'collection') {
        if (step !== 'all' && step !== 'object_list' && step !== 'items') return null;
      } else value = UNKNOWN;
    }
    if (shown && value.kind === 'instance') note(readsOfMember(value, '__str__', true, this.#inference));
    return { value, at };
  }

  #note(read: LazyRelation, { start, end, steps }: TemplatePath, { path, name }: Piece, at: Expr): void {
    const isOfTemplate = read.query.root === at && read.query.via !== null;
    this.#found.push({
      ...read,
      text: steps.join('.'),
      template: { path, name, at: { start, end } },
      given: at,
      isOfTemplate,
    });
  }
}

/** Templates call what can be called (https://docs.djangoproject.com/en/stable/ref/templates/language/#variables). */
function called(value: Value, inference: Inference): Value {
  return value.kind === 'function' ? inference.returnedBy(value.file, value.node) : value;
}

function* blocksIn(nodes: readonly TemplateNode[]): Generator<TemplateNode & { readonly kind: 'block' }> {
  for (const node of nodes) {
    if (node.kind === 'block') yield node;
    if ('body' in node) yield* blocksIn(node.body);
  }
}
