/**
 * Lookups and transforms that a project adds to fields (https://docs.djangoproject.com/en/5.2/howto/custom-lookups/):
 * `CharField.register_lookup(Length)` when it starts, `@Field.register_lookup` on a class.
 */
import type { Expr } from '../../python/syntax/nodes.ts';
import type { Program } from '../../python/types.ts';
import type { StepWriter } from '../source/writer.ts';
import { startupStatements } from './startup.ts';

const REGISTER = 'register_lookup';

/** Writes what the modules of the workspace register. */
export function writeLookups(program: Program, writer: StepWriter): void {
  for (const { file, stmt, around } of startupStatements(program)) {
    if (stmt.kind === 'ClassDef' && stmt.decorators.some(isRegister)) writer.need(file, stmt.name.text);
    if (stmt.kind !== 'Expr' || stmt.value.kind !== 'Call' || !isRegister(stmt.value.func)) continue;
    const [lookup] = stmt.value.args;
    if (lookup?.kind === 'Name' || lookup?.kind === 'Attribute')
      writer.effect(file, lookup.kind === 'Name' ? lookup.id : lookup.attr.text, REGISTER, stmt, around);
  }
}

function isRegister(expr: Expr): boolean {
  return expr.kind === 'Attribute' && expr.attr.text === REGISTER;
}
