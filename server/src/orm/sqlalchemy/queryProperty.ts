/**
 * `Base.query = Session.query_property()`: every model below has a query of its own
 * (https://docs.sqlalchemy.org/en/20/orm/contextual.html#sqlalchemy.orm.scoped_session.query_property).
 */
import type { Assign, Call, Stmt } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Classes } from '../classes.ts';

export interface QueryProperty {
  readonly file: SourceFile;
  readonly stmt: Assign;
  readonly call: Call;
}

/** The classes and declarative bases that a file gives one, by their ids, with the assignment that gives it. */
export function queryPropertiesIn(classes: Classes, file: SourceFile): readonly (readonly [string, QueryProperty])[] {
  if (!classes.program.mentions(file.path, ['query_property'])) return [];
  const given = file.module.body.flatMap((stmt) => {
    const property = assigned(file, stmt);
    const id = property && ownerOf(classes, property);
    return id ? [[id, property] as const] : [];
  });
  const inBodies = classes.inFile(file).flatMap(({ id, node }) => {
    const property = node.body.map((stmt) => assigned(file, stmt)).find((each) => each !== null && isNamedQuery(each));
    return property ? [[id, property] as const] : [];
  });
  return [...given, ...inBodies];
}

/** Whether it is a call of `query_property` of something: what that is, is seldom to be seen. */
export function isQueryProperty(call: Call): boolean {
  return call.func.kind === 'Attribute' && call.func.attr.text === 'query_property';
}

function isNamedQuery({ stmt: { targets } }: QueryProperty): boolean {
  return targets[0]?.kind === 'Name' && targets[0].id === 'query';
}

function assigned(file: SourceFile, stmt: Stmt): QueryProperty | null {
  return stmt.kind === 'Assign' &&
    stmt.targets.length === 1 &&
    stmt.value.kind === 'Call' &&
    isQueryProperty(stmt.value)
    ? { file, stmt, call: stmt.value }
    : null;
}

/** `Base` of `Base.query = …`. */
function ownerOf(classes: Classes, { file, stmt }: QueryProperty): string | null {
  const [target] = stmt.targets;
  if (target?.kind !== 'Attribute' || target.attr.text !== 'query') return null;
  const symbol = classes.program.resolve(file, target.value, file.scope);
  return symbol.kind === 'binding' ? `${symbol.file.moduleName}.${symbol.binding.name}` : null;
}
