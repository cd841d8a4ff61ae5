/** Types of columns that are not there, and what stands in the models for them. */
import type { AnnAssign, Call, Expr, Node } from '../../python/syntax/nodes.ts';
import { parsedExpression } from '../../python/syntax/quoted.ts';
import { children } from '../../python/syntax/visit.ts';
import type { SourceFile, Symbol } from '../../python/types.ts';
import type { Classes } from '../classes.ts';
import type { Edit } from '../source/text.ts';
import type { StepWriter } from '../source/writer.ts';
import { libraryName } from './names.ts';

/** `Field(...)` of SQLModel: the column or type in it; what is not known of the rest only validates data. */
export function fieldEdits(classes: Classes, file: SourceFile, call: Call, writer: StepWriter): readonly Edit[] {
  return call.keywords.flatMap((each) => {
    const { value } = each;
    if (each.name?.text === 'sa_type') return typeEdits(classes, file, value, writer);
    if (each.name?.text === 'sa_column' && value.kind === 'Call') {
      const scope = classes.program.scopeAt(file, value.start);
      return columnEdits(classes, file, value, libraryName(classes, file, value.func, scope), writer);
    }
    const validates = !/^(default|default_factory|sa_.*|.*_key|nullable|unique|index|ondelete|max_length)$/.test(
      each.name?.text ?? '',
    );
    return validates && each.name && holesIn(file, value, writer).length > 0
      ? [{ start: each.start, end: each.end, newText: '**{}' }]
      : [];
  });
}

/**
 * Whether it does not matter what a type in an annotation is: it stands beside the type of the column, and is a class
 * or the element of a list. Only an alias (`Annotated[int, mapped_column(…)]`) could bring more.
 */
export function isIdleType(classes: Classes, file: SourceFile, stmt: AnnAssign, type: Expr): boolean {
  const { value } = stmt;
  if (value?.kind !== 'Call') return false;
  const { program } = classes;
  const name = libraryName(classes, file, value.func, program.scopeAt(file, value.start));
  if (name === null || !/^(Column|mapped_column|deferred)$/.test(name)) return false;
  const hasType =
    value.args.some((arg) => arg.kind !== 'Constant' && !isForeignKey(classes, file, arg)) ||
    value.keywords.some((keyword) => keyword.name?.text === 'type_');
  if (!hasType) return false;
  return !isOutermostType(stmt.annotation, type) || bringsNoColumn(program.resolve(file, type, file.scope));
}

/** Types of other libraries in `Column(...)`, also inside `deferred(...)`, stand-ins for which are written. */
export function columnEdits(
  classes: Classes,
  file: SourceFile,
  call: Call,
  name: string | null,
  writer: StepWriter,
): readonly Edit[] {
  if (name === null || !/^(Column|mapped_column|deferred|column_property|composite)$/.test(name)) return [];
  const typed = call.keywords.flatMap((each) => (each.name?.text === 'type_' ? each.value : []));
  return [...call.args, ...typed].flatMap((arg) => {
    const inner =
      arg.kind === 'Call' ? libraryName(classes, file, arg.func, classes.program.scopeAt(file, arg.start)) : null;
    if (inner !== null && /^(Column|mapped_column)$/.test(inner))
      return columnEdits(classes, file, arg as Call, inner, writer);
    if (isForeignKey(classes, file, arg)) return [];
    return typeEdits(classes, file, arg, writer);
  });
}

/** `EmailType`, `ARRAY(EmailType(50))`; of `String(settings.LENGTH)` only the length is a hole. */
function typeEdits(classes: Classes, file: SourceFile, expr: Expr, writer: StepWriter): readonly Edit[] {
  if (expr.kind === 'Name' || expr.kind === 'Attribute') {
    const isClassName = /(^|\.)_*[A-Z]\w*$/.test(file.text.slice(expr.start, expr.end));
    return isClassName && writer.isHole(file, expr) ? [standInType(file, expr, expr, writer)] : [];
  }
  if (expr.kind !== 'Call') return [];
  if (writer.isHole(file, expr.func)) return [standInType(file, expr.func, expr.func, writer)];
  // The values of an enumeration are part of its type.
  const isEnum = libraryName(classes, file, expr.func, classes.program.scopeAt(file, expr.start)) === 'Enum';
  const missing = isEnum ? expr.args.find((arg) => holesIn(file, arg, writer).length > 0) : undefined;
  if (missing) return [standInType(file, missing, expr, writer)];
  return expr.args.flatMap((arg) => typeEdits(classes, file, arg, writer));
}

/** Types in an annotation that would only be holes; those in a string with the string as their place. */
export function typesMissingIn(
  file: SourceFile,
  annotation: Expr,
  writer: StepWriter,
): readonly { readonly expr: Expr; readonly place: Expr }[] {
  const missing = holesIn(file, annotation, writer).map((expr) => ({ expr, place: expr }));
  const pending: Node[] = [annotation];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'Constant' && node.type === 'str') {
      const inner = parsedExpression(node.value);
      if (inner?.kind === 'Name' && writer.runnable.isMissing(file, { ...inner, start: node.start, end: node.start }))
        missing.push({ expr: { ...inner, start: node.start + 1, end: node.end - 1 }, place: node });
    }
    for (const child of children(node)) pending.push(child);
  }
  return missing;
}

/** `X` of `Mapped[X]` and `Mapped[Optional[X]]`, not of `Mapped[list[X]]`. */
function isOutermostType(annotation: Expr, type: Expr): boolean {
  let depth = 0;
  for (let at: Expr = annotation; at.kind === 'Subscript' && at.slice.start <= type.start; at = at.slice) {
    if (at.value.kind === 'Name' ? at.value.id !== 'Optional' : true) depth++;
  }
  return depth <= 1;
}

/** A class, or an alias in which no column is made. */
function bringsNoColumn(symbol: Symbol): boolean {
  if (symbol.kind !== 'binding') return false;
  const { binding, file } = symbol;
  switch (binding.kind) {
    case 'class':
      return true;
    case 'assign':
    case 'annAssign':
    case 'typeAlias':
      return !/\b(mapped_column|Column)\b/.test(file.text.slice(binding.statement.start, binding.statement.end));
    default:
      return false;
  }
}

/** Names in an expression that would only be holes, the outermost dotted name of each. */
export function holesIn(file: SourceFile, expr: Expr, writer: StepWriter): readonly Expr[] {
  const found: Expr[] = [];
  const visit = (node: Node): void => {
    if (node.kind === 'Name' || node.kind === 'Attribute') {
      if (writer.isHole(file, node)) found.push(node);
      return;
    }
    if (node.kind === 'Lambda') return;
    for (const child of children(node)) visit(child);
  };
  visit(expr);
  return found;
}

function isForeignKey(classes: Classes, file: SourceFile, arg: Expr): boolean {
  const name =
    arg.kind === 'Call' ? libraryName(classes, file, arg.func, classes.program.scopeAt(file, arg.start)) : null;
  return name !== null && /^(ForeignKey|CheckConstraint|Computed|Sequence|Identity|FetchedValue)$/.test(name);
}

/**
 * A type that takes any arguments and whose values are left alone: for `expr`, written in place of `whole`. Statements
 * that use it say so (`unknown_types.py` of the renderer).
 */
function standInType(file: SourceFile, expr: Expr, whole: Expr, writer: StepWriter): Edit {
  const written = file.text.slice(expr.start, expr.end);
  const name = `_Unknown_${written.replace(/\W/g, '_')}`;
  if (writer.claim(file.moduleName, name)) {
    writer.importAs(file.moduleName, '_UnknownType', 'ormsight', 'UnknownType');
    writer.define(
      file.moduleName,
      name,
      [
        `class ${name}(_UnknownType):`,
        `    missing = ${JSON.stringify(writer.runnable.missingText('column type', file, expr))}`,
        `    written = ${JSON.stringify(written)}`,
      ].join('\n'),
    );
  }
  return { start: whole.start, end: whole.end, newText: name };
}
