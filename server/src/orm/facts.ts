/**
 * What a file can say to the model graph: its text without comments, docstrings and the insides of functions.
 * As long as this stays the same, so does the graph.
 */
import type { Expr, FunctionDef, Stmt } from '../python/syntax/nodes.ts';
import type { SourceFile } from '../python/types.ts';
import { dottedName } from './classes.ts';

/** Keyed by the file object, which is one for each text version. */
const known = new WeakMap<SourceFile, string>();

/** Keyed by statement: one that an edit did not touch says what it said before. */
const pieces = new WeakMap<Stmt, string>();

/** A text that changes when a declaration of the file may have changed, and never when only a function body did. */
export function factsKey(file: SourceFile): string {
  let key = known.get(file);
  if (key === undefined) known.set(file, (key = `${file.moduleName}\n${skeleton(file, file.module.body)}`));
  return key;
}

function skeleton(file: SourceFile, body: readonly Stmt[]): string {
  let all = '';
  for (const stmt of body) {
    let piece = pieces.get(stmt);
    if (piece === undefined) pieces.set(stmt, (piece = pieceOf(file, stmt)));
    if (piece !== '') all += `${piece}\n`;
  }
  return all;
}

function pieceOf(file: SourceFile, stmt: Stmt): string {
  const text = (start: number, end: number): string => file.text.slice(start, end);
  const header = (first: Stmt | undefined): string =>
    text(stmt.start, Math.max(stmt.start, first?.start ?? stmt.end)).trimEnd();
  switch (stmt.kind) {
    case 'FunctionDef':
      return `${decorators(file, stmt.decorators)}${isReadWhole(stmt) || MAPS.test(text(stmt.start, stmt.end)) ? text(stmt.start, stmt.end) : header(stmt.body[0])}`;
    case 'ClassDef':
      return `${decorators(file, stmt.decorators)}${header(stmt.body[0])}\n${skeleton(file, stmt.body)}end`;
    case 'If':
    case 'For':
    case 'While':
      return `${header(stmt.body[0])}\n${skeleton(file, stmt.body)}else\n${skeleton(file, stmt.orelse)}end`;
    case 'With':
      return `${header(stmt.body[0])}\n${skeleton(file, stmt.body)}end`;
    case 'Try': {
      const handlers = stmt.handlers.map((handler) => skeleton(file, handler.body)).join('except\n');
      const last = `${skeleton(file, stmt.orelse)}finally\n${skeleton(file, stmt.finalbody)}`;
      return `try\n${skeleton(file, stmt.body)}except\n${handlers}else\n${last}end`;
    }
    case 'Expr': {
      // Docstrings and calls such as `configure()` declare nothing.
      const all = text(stmt.start, stmt.end);
      return stmt.value.kind === 'Call' && MAPS.test(all) ? all : '';
    }
    default:
      // Half-typed code can have the text of a statement without being one.
      return `${stmt.kind} ${text(stmt.start, stmt.end)}`;
  }
}

function decorators(file: SourceFile, all: readonly Expr[]): string {
  return all.map((decorator) => `@${file.text.slice(decorator.start, decorator.end)}\n`).join('');
}

/** Calls that map a class from outside: SQLAlchemy's `registry.map_imperatively(…)`, `mapper(…)`. */
const MAPS = /\bmap(?:per|_imperatively)\(/;

/**
 * Methods whose inside the graph depends on: `declared_attr` and what computes a table name, a manager's
 * `get_queryset`. Helpers that are found by their name are noted when they are read.
 */
function isReadWhole(node: FunctionDef): boolean {
  if (node.name.text === 'get_queryset') return true;
  return node.decorators.some((decorator) =>
    /(^|\.)declared_attr(\.|$)/.test(dottedName(decorator.kind === 'Call' ? decorator.func : decorator) ?? ''),
  );
}
