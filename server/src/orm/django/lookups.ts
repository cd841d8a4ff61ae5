/**
 * Lookups and transforms that a project adds to fields (https://docs.djangoproject.com/en/5.2/howto/custom-lookups/):
 * `CharField.register_lookup(Length)` at the top of a module or in `AppConfig.ready`, `@Field.register_lookup` on a class.
 */
import type { ClassDef, Expr, Node, Stmt } from '../../python/syntax/nodes.ts';
import type { Program, SourceFile } from '../../python/types.ts';
import type { StepWriter } from '../source/writer.ts';

const REGISTER = 'register_lookup';

/** Writes what the modules of the workspace register. Tests register for themselves. */
export function writeLookups(program: Program, writer: StepWriter): void {
  for (const path of program.pathsMentioning([REGISTER])) {
    const file = /(^|\/)tests?(\/|_|\.py$)/.test(path) ? undefined : program.file(path);
    if (!file) continue;
    for (const stmt of file.module.body) {
      if (stmt.kind === 'ClassDef') {
        if (stmt.decorators.some((each) => isRegister(each))) writer.need(file, stmt.name.text);
        for (const { inner, around } of readyOf(stmt)) writeRegistration(file, inner, around, writer);
      } else writeRegistration(file, stmt, [], writer);
    }
  }
}

function writeRegistration(file: SourceFile, stmt: Stmt, around: readonly Node[], writer: StepWriter): void {
  if (stmt.kind !== 'Expr' || stmt.value.kind !== 'Call' || !isRegister(stmt.value.func)) return;
  const [lookup] = stmt.value.args;
  if (lookup?.kind === 'Name' || lookup?.kind === 'Attribute')
    writer.effect(file, lookup.kind === 'Name' ? lookup.id : lookup.attr.text, REGISTER, stmt, around);
}

/** The statements of `def ready(self)`, which Django calls when all models are there. */
function* readyOf(node: ClassDef): Generator<{ readonly inner: Stmt; readonly around: readonly Node[] }> {
  for (const member of node.body) {
    if (member.kind !== 'FunctionDef' || member.name.text !== 'ready') continue;
    for (const inner of member.body) yield { inner, around: member.body };
  }
}

function isRegister(expr: Expr): boolean {
  return expr.kind === 'Attribute' && expr.attr.text === REGISTER;
}
