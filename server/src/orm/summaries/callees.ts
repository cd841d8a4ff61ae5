/** Which function of the workspace a call reaches, and which of its parameters gets which argument. */
import { hasDecorator } from '../../python/decorators.ts';
import { isSuper } from '../../python/superCalls.ts';
import type { Call, Expr, FunctionDef, Parameter } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import { ownMethods } from '../django/infer.ts';
import type { Inference } from '../infer.ts';
import { memberOf } from '../members.ts';

export interface FunctionRef {
  readonly file: SourceFile;
  readonly node: FunctionDef;
}

export interface Callee extends FunctionRef {
  /** What the first parameter gets when it is no argument: `repo` of `repo.save(row)`; null for plain functions. */
  readonly receiver: Expr | null;
  /** How many parameters come before that of the first argument. */
  readonly skipped: number;
}

export function calleeOf(file: SourceFile, call: Call, inference: Inference): Callee | null {
  const { func } = call;
  const value = inference.valueOf(file, func);
  if (value.kind === 'function') return bound(value, func, file, inference);
  if (value.kind === 'object' && isClass(file, func, inference)) {
    const { symbol } = inference.program.member(value.file, value.cls, '__init__');
    if (symbol.kind !== 'binding' || symbol.binding.kind !== 'function') return null;
    return { file: symbol.file, node: symbol.binding.node, receiver: null, skipped: 1 };
  }
  if (func.kind !== 'Attribute') return null;
  if (value.kind === 'method' && value.on.kind === 'query') {
    const [own] = ownMethods(value.on.query, value.name, file, inference);
    return own ? bound(own, func, file, inference) : null;
  }
  const member = memberOf(file, func, inference);
  return member?.stmt.kind === 'FunctionDef'
    ? bound({ file: member.file, node: member.stmt }, func, file, inference)
    : null;
}

function bound({ file: of, node }: FunctionRef, func: Expr, file: SourceFile, inference: Inference): Callee {
  const isMethod = inference.program.scopeAt(of, node.start).kind === 'class' && func.kind === 'Attribute';
  if (!isMethod || hasDecorator(node, 'staticmethod')) return { file: of, node, receiver: null, skipped: 0 };
  // `Repo.save(repo, row)` gives the object itself, unlike `Repo.make(row)` of a class method.
  if (isClass(file, func.value, inference) && !hasDecorator(node, 'classmethod'))
    return { file: of, node, receiver: null, skipped: 0 };
  return { file: of, node, receiver: isSuper(func.value) ? selfOf(file, func, inference) : func.value, skipped: 1 };
}

/** The parameter that an argument goes to; null when a star makes it uncertain. */
export function parameterFor(
  { node, skipped }: Callee,
  argument: { readonly index: number } | { readonly keyword: string },
): Parameter | null {
  const { posonly, args, kwonly } = node.params;
  const positional = [...posonly, ...args];
  if ('keyword' in argument) return [...args, ...kwonly].find((each) => each.name.text === argument.keyword) ?? null;
  return positional[skipped + argument.index] ?? null;
}

/** The first parameter, for what a method is called on. */
export function selfParameter(node: FunctionDef): Parameter | null {
  return node.params.posonly[0] ?? node.params.args[0] ?? null;
}

function isClass(file: SourceFile, expr: Expr, { program }: Inference): boolean {
  const symbol = program.resolve(file, expr);
  return symbol.kind === 'binding' && symbol.binding.kind === 'class';
}

/** `self`, as the method around names it: what `super()` stands for. */
function selfOf(file: SourceFile, at: Expr, { program }: Inference): Expr | null {
  for (let scope = program.scopeAt(file, at.start); scope.parent; scope = scope.parent) {
    if (scope.node.kind !== 'FunctionDef' || scope.parent.kind !== 'class') continue;
    const self = selfParameter(scope.node);
    return self && { kind: 'Name', id: self.name.text, start: at.start, end: at.start };
  }
  return null;
}
