/** Queries that a function surely sends, with what it is given in them, and whose rows it gives back. */
import type { Assign, Call, Expr, FunctionDef, Node, Stmt } from '../../python/syntax/nodes.ts';
import { nodesUnder } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import { mentions, type NameFlow, nameFlow } from '../derivedNames.ts';
import { targetNames } from '../../query/reads.ts';
import type { Inference } from '../infer.ts';
import { modelNamedIn, type QuerySent, querySent } from '../querySent.ts';
import { isBuiltWith } from '../values.ts';
import { calleeOf, type FunctionRef } from './callees.ts';
import { argumentsOf } from './ownUses.ts';

export interface ParameterQuery extends Pick<QuerySent, 'orm' | 'isGet' | 'row'> {
  /** The query, and the file that it is in. */
  readonly call: Call;
  readonly file: SourceFile;
  /** Parameters of the function whose values are in the query. */
  readonly parameters: readonly string[];
}

export interface Lookups {
  readonly queries: readonly ParameterQuery[];
  /** It writes, or remembers its answers: then the next call may send something else, or nothing. */
  readonly changes: boolean;
}

/** Methods that write or remember. */
const CHANGES =
  /^(save|a?create|a?(get|update)_or_create|bulk_create|bulk_update|update|delete|add|add_all|merge|commit|flush|rollback|cache|cached|set)$/;

/** `lookupsOf` gives those of a function that is called; `callees` are all of them. */
export function lookupsIn(
  { file, node }: FunctionRef,
  callees: readonly FunctionRef[],
  inference: Inference,
  lookupsOf: (callee: FunctionRef) => Lookups,
): Lookups {
  const body = inference.program.bodyOf(file, node);
  if (!isPlain(node) || mayChange(body) || callees.some((callee) => lookupsOf(callee).changes))
    return { queries: [], changes: true };
  const found: ParameterQuery[] = [];
  const flow = nameFlow(body);
  const parameters = namesOf(node).map((name) => ({ name, derived: flow.from([name]) }));
  const inIt = (code: Node): readonly string[] =>
    parameters.flatMap(({ name, derived }) => (mentions(code, derived) ? name : []));
  const isReturned = returnsOf(body, flow);
  for (const call of sureCalls(body)) {
    if (!isReturned(call)) continue;
    const sent = querySent(call, file, inference);
    if (sent) {
      const isLocked = sent.query && isBuiltWith(sent.query, /^(select_for_update|with_for_update)$/);
      const given = inIt(call);
      // Where even the model is given, no query could take their place.
      const isGeneric = !sent.query?.via && modelNamedIn(sent, call).some((each) => inIt(each).length > 0);
      if (!isLocked && !isGeneric && given.length > 0)
        found.push({ orm: sent.orm, isGet: sent.isGet, row: sent.row, call, file, parameters: given });
      continue;
    }
    const callee = calleeOf(file, call, inference);
    if (!callee) continue;
    for (const query of lookupsOf(callee).queries) {
      const given = argumentsOf(call, callee).flatMap(([expr, parameter]) =>
        query.parameters.includes(parameter) ? inIt(expr) : [],
      );
      if (given.length > 0) found.push({ ...query, parameters: [...new Set(given)] });
    }
  }
  return { queries: found.slice(0, MAX_QUERIES), changes: false };
}

/** More would only repeat what is known. */
const MAX_QUERIES = 20;

/** Tells whether what a call gives is what the function gives, in place or in a variable. */
function returnsOf(body: readonly Stmt[], flow: NameFlow): (call: Call) => boolean {
  const assigns: Assign[] = [];
  const returned: Expr[] = [];
  for (const node of nodesUnder(body)) {
    if (node.kind === 'Assign') assigns.push(node);
    if (node.kind === 'Return' && node.value) returned.push(node.value);
  }
  return (call) => {
    const holds = (node: Node): boolean => node.start <= call.start && call.end <= node.end;
    if (returned.some(holds)) return true;
    const names = assigns.findLast(({ value }) => holds(value))?.targets.flatMap(targetNames) ?? [];
    if (names.length === 0) return false;
    const derived = flow.from(names);
    return returned.some((value) => mentions(value, derived));
  };
}

/** Decorators may keep answers, and a generator runs when it likes. */
function isPlain({ decorators }: FunctionDef): boolean {
  return decorators.every((each) => each.kind === 'Name' && /^(staticmethod|classmethod)$/.test(each.id));
}

function namesOf({ params }: FunctionDef): readonly string[] {
  return [...params.posonly, ...params.args, ...params.kwonly].flatMap(({ name: { text } }) =>
    text === 'self' || text === 'cls' ? [] : text,
  );
}

function mayChange(body: readonly Stmt[]): boolean {
  for (const node of nodesUnder(body)) {
    if (node.kind === 'Yield' || node.kind === 'YieldFrom') return true;
    if (node.kind === 'Call' && node.func.kind === 'Attribute' && CHANGES.test(node.func.attr.text)) return true;
  }
  return false;
}

/** Calls that run whenever the function does, in text order. */
function* sureCalls(body: readonly Stmt[]): Generator<Call> {
  for (const statement of body) {
    if (statement.kind === 'With') yield* sureCalls(statement.body);
    else if (statement.kind === 'If' || statement.kind === 'While') yield* callsIn(statement.test);
    else if (statement.kind === 'For') yield* callsIn(statement.iter);
    else if (statement.kind === 'Try') yield* sureCalls(statement.body);
    else if (!/^(FunctionDef|ClassDef|Match)$/.test(statement.kind)) yield* callsIn(statement);
    // What leaves under a condition makes all that follows uncertain.
    for (const node of nodesUnder([statement], ({ kind }) => kind !== 'FunctionDef' && kind !== 'Lambda'))
      if (node.kind === 'Return' || node.kind === 'Raise') return;
  }
}

function* callsIn(root: Node): Generator<Call> {
  // What is in others runs only sometimes, or later.
  const isSure = ({ kind }: Node): boolean =>
    !/^(IfExp|BoolOp|Lambda|ListComp|SetComp|DictComp|GeneratorExp)$/.test(kind);
  for (const node of nodesUnder([root], isSure)) if (node.kind === 'Call') yield node;
}
