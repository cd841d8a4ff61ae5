/** What a Django project does when it starts: its modules run, then `AppConfig.ready` of each app. */
import type { ClassDef, Node, Stmt } from '../../python/syntax/nodes.ts';
import type { Program, SourceFile } from '../../python/types.ts';
import { flatBody } from '../classes.ts';

export interface StartupStatement {
  readonly file: SourceFile;
  readonly stmt: Stmt;
  /** The body of `ready` it stands in, which may import what it names; empty at the top of a module. */
  readonly around: readonly Node[];
}

/** Such statements of all modules that mention one of the words, those of loops too. Tests start for themselves. */
export function* startupStatements(program: Program, words: readonly string[]): Generator<StartupStatement> {
  for (const path of program.pathsMentioning(words)) {
    const file = /(^|\/)tests?(\/|_|\.py$)/.test(path) ? undefined : program.file(path);
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
