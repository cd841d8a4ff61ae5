/**
 * What a file can say to the model graph: its text without comments, docstrings and the insides of functions.
 * As long as this stays the same, so does the graph.
 */
import { createHash } from 'node:crypto';
import type { Expr, FunctionDef, Stmt } from '../python/syntax/nodes.ts';
import type { SourceFile } from '../python/types.ts';
import { dottedName } from './classes.ts';

/** Keyed by the file object, which is one for each text version. */
const known = new WeakMap<SourceFile, string>();

/** A hash that changes when a declaration of the file may have changed, and never when only a function body did. */
export function factsKey(file: SourceFile): string {
  const found = known.get(file);
  if (found !== undefined) return found;
  const hash = createHash('sha256');
  hash.update(file.moduleName);
  for (const piece of skeleton(file, file.module.body)) {
    hash.update(piece);
    hash.update('\n');
  }
  const key = hash.digest('base64url');
  known.set(file, key);
  return key;
}

function* skeleton(file: SourceFile, body: readonly Stmt[]): Generator<string> {
  const text = (start: number, end: number): string => file.text.slice(start, end);
  const header = (stmt: Stmt, first: Stmt | undefined): string =>
    text(stmt.start, Math.max(stmt.start, first?.start ?? stmt.end)).trimEnd();
  for (const stmt of body) {
    switch (stmt.kind) {
      case 'FunctionDef':
        yield* decorators(file, stmt.decorators);
        yield isReadWhole(stmt) ? text(stmt.start, stmt.end) : header(stmt, stmt.body[0]);
        break;
      case 'ClassDef':
        yield* decorators(file, stmt.decorators);
        yield header(stmt, stmt.body[0]);
        yield* skeleton(file, stmt.body);
        yield 'end';
        break;
      case 'If':
      case 'For':
      case 'While':
        yield header(stmt, stmt.body[0]);
        yield* skeleton(file, stmt.body);
        yield 'else';
        yield* skeleton(file, stmt.orelse);
        break;
      case 'With':
        yield header(stmt, stmt.body[0]);
        yield* skeleton(file, stmt.body);
        break;
      case 'Try':
        yield 'try';
        yield* skeleton(file, stmt.body);
        for (const handler of stmt.handlers) yield* skeleton(file, handler.body);
        yield* skeleton(file, stmt.orelse);
        yield* skeleton(file, stmt.finalbody);
        break;
      case 'Expr':
        // Docstrings and calls such as `configure()` declare nothing.
        break;
      default:
        // Half-typed code can have the text of a statement without being one.
        yield `${stmt.kind} ${text(stmt.start, stmt.end)}`;
    }
  }
}

function* decorators(file: SourceFile, all: readonly Expr[]): Generator<string> {
  for (const decorator of all) yield `@${file.text.slice(decorator.start, decorator.end)}`;
}

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
