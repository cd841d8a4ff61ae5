/** What a Django project does when it starts: its modules run, then `AppConfig.ready` of each app. */
import type { ClassDef, Node, Stmt } from '../../python/syntax/nodes.ts';
import type { Program, SourceFile } from '../../python/types.ts';
import { flatBody } from '../classes.ts';
import { remoteness } from '../project/places.ts';

export interface StartupStatement {
  readonly file: SourceFile;
  readonly stmt: Stmt;
  /** The body of `ready` it stands in, which may import what it names; empty at the top of a module. */
  readonly around: readonly Node[];
}

/** Signals that Django sends when objects are made, saved and deleted (https://docs.djangoproject.com/en/5.2/ref/signals/). */
export const SIGNALS: readonly string[] = [
  'pre_init',
  'post_init',
  'pre_save',
  'post_save',
  'pre_delete',
  'post_delete',
  'm2m_changed',
];

/** Adds a field or a method to a model that stands elsewhere. */
export const ADDING = 'add_to_class';

/** What they do there that changes what is sent: lookups are registered, receivers of signals connected, fields added. */
const WORDS: readonly string[] = ['register_lookup', ADDING, ...SIGNALS];

/** The modules that do so. The workspace is searched once for each snapshot. */
export function startupPaths(program: Program): readonly string[] {
  return program.pathsMentioning(WORDS);
}

/** All statements of such modules, those of loops too. Tests start for themselves. */
export function* startupStatements(program: Program): Generator<StartupStatement> {
  for (const path of startupPaths(program)) {
    const file = remoteness(path) === 2 ? undefined : program.file(path);
    if (!file) continue;
    for (const stmt of withLoops(file.module.body)) {
      yield { file, stmt, around: [] };
      if (stmt.kind !== 'ClassDef') continue;
      const body = readyOf(stmt);
      for (const inner of withLoops(body)) yield { file, stmt: inner, around: body };
    }
  }
}

function* withLoops(body: readonly Stmt[]): Generator<Stmt> {
  for (const stmt of flatBody(body)) {
    yield stmt;
    if (stmt.kind === 'For') yield* withLoops(stmt.body);
  }
}

function readyOf(node: ClassDef): readonly Stmt[] {
  const ready = node.body.find((member) => member.kind === 'FunctionDef' && member.name.text === 'ready');
  return ready?.kind === 'FunctionDef' ? ready.body : [];
}
