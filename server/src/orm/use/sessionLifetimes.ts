/** Sessions that live longer than the work they are for, or are used by several at once. */
import { encloses } from '../../base/text.ts';
import type { Assign, Call, Expr, FunctionDef, Node, Parameter, Stmt } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Unit } from '../../python/units.ts';
import type { Inference } from '../infer.ts';
import type { Code, CodeSite } from './code.ts';
import { functionOf, loopAround, nodesIn, pathText } from './places.ts';
import { behind, sessionFlow } from './sessionFlow.ts';

/** One session for all calls of a function, or for all that use a module. */
export interface SharedSession {
  readonly expr: Call;
  readonly kind: 'default' | 'module';
  /** The parameter or the variable. */
  readonly name: string;
}

/** A session or connection that a function opens and does not close on every way that no exception takes. */
export interface OpenSession {
  readonly expr: Call;
  readonly name: string;
  /** `dropped`: `next(get_db())`, whose generator ends, and closes the session, before it is used. */
  readonly kind: 'session' | 'connection' | 'dropped';
  /** The statement that leaves it open; null for the end of the function. */
  readonly leftBy: Stmt | null;
  /** What closes it on other ways; null when nothing does. */
  readonly closedBy: Node | null;
}

/** One session in several tasks or threads. */
export interface ConcurrentSession {
  readonly session: Expr & { readonly kind: 'Name' };
  readonly call: Call;
  readonly kind: 'tasks' | 'threads';
}

// ---------------------------------------------------------------- one for all

export function sharedSessions(
  code: Code,
  unit: Unit,
  file: SourceFile,
  inference: Inference,
): readonly SharedSession[] {
  const found: SharedSession[] = [];
  for (const { node } of code.of('FunctionDef')) {
    for (const { name, default: byDefault } of parametersOf(node))
      if (byDefault?.kind === 'Call' && opensSession(byDefault, file, inference))
        found.push({ expr: byDefault, kind: 'default', name: name.text });
  }
  const { node } = unit;
  if (node.kind === 'Assign' && file.module.body.includes(node)) {
    const [target] = node.targets;
    if (target?.kind === 'Name' && node.value.kind === 'Call' && opensSession(node.value, file, inference)) {
      if (isLibraryModule(file, inference)) found.push({ expr: node.value, kind: 'module', name: target.id });
    }
  }
  return found;
}

function parametersOf({ params }: FunctionDef): readonly Parameter[] {
  return [...params.posonly, ...params.args, ...params.kwonly];
}

/** `SessionLocal()`, `Session(engine)`; not of a registry that has one for each thread. */
function opensSession(call: Call, file: SourceFile, inference: Inference, depth = 0): boolean {
  const callee = inference.valueOf(file, call.func);
  if (callee.kind === 'function' && depth < 3) {
    // `def make_session(): return Session(engine)`
    const returned = [...nodesIn(...inference.program.bodyOf(callee.file, callee.node))].filter(
      (node) => node.kind === 'Return',
    );
    return (
      returned.length > 0 &&
      callee.node.decorators.length === 0 &&
      returned.every(({ value }) => value?.kind === 'Call' && opensSession(value, callee.file, inference, depth + 1))
    );
  }
  if (callee.kind === 'sessionFactory') return callee.isScoped !== true;
  return callee.kind === 'external' && /^(sqlalchemy|sqlmodel)\.(.*\.)?(Async)?Session$/.test(callee.name);
}

/** It has functions that others call, and does not run as a program. */
function isLibraryModule({ path }: SourceFile, { program }: Inference): boolean {
  return program.pathsMentioning(['def']).includes(path) && !program.pathsMentioning(['__main__']).includes(path);
}

// ---------------------------------------------------------------- never closed

export function openSessions(code: Code, file: SourceFile, inference: Inference): readonly OpenSession[] {
  return code.of('Assign').flatMap((site) => {
    const [target, ...more] = site.node.targets;
    const { value } = site.node;
    const func = functionOf(site);
    if (target?.kind !== 'Name' || more.length > 0 || value.kind !== 'Call' || !func) return [];
    const kind = openedBy(value, file, inference);
    if (!kind) return [];
    const { program } = inference;
    // What is opened again by its use, whoever gets it does not know of.
    if (kind === 'dropped')
      return closesIt(target.id, func) ? [] : { expr: value, name: target.id, kind, leftBy: null, closedBy: null };
    const isOnly = program.lookup(program.scopeAt(file, target.start), target.id).length === 1;
    const open = isOnly ? leftOpen(site, target.id, func, file, inference) : null;
    return open ? { expr: value, name: target.id, kind, ...open } : [];
  });
}

function openedBy(call: Call, file: SourceFile, inference: Inference): OpenSession['kind'] | null {
  if (opensSession(call, file, inference)) return isOnConnection(call, file, inference) ? null : 'session';
  const { func } = call;
  if (func.kind === 'Attribute' && func.attr.text === 'connect')
    return inference.valueOf(file, func.value).kind === 'engine' ? 'connection' : null;
  const [generator] = call.args;
  if (func.kind !== 'Name' || func.id !== 'next' || generator?.kind !== 'Call') return null;
  const made = inference.valueOf(file, generator.func);
  if (made.kind !== 'function' || !closesAtTheEnd(made.file, made.node, inference)) return null;
  return inference.valueOf(file, call).kind === 'session' ? 'dropped' : null;
}

/** `Session(connection)`: it takes no connection from the pool, and whoever opened that one closes it. */
function isOnConnection({ args, keywords }: Call, file: SourceFile, inference: Inference): boolean {
  return [...args, ...keywords.map(({ value }) => value)].some((arg) => {
    const { kind } = inference.valueOf(file, arg);
    return kind === 'connection' || kind === 'unknown';
  });
}

/** `with Session() as session: yield session`, or a `yield` in `try` with a `finally`. */
function closesAtTheEnd(file: SourceFile, node: FunctionDef, { program }: Inference): boolean {
  for (const each of nodesIn(...program.bodyOf(file, node))) {
    if (each.kind === 'With' && [...nodesIn(...each.body)].some(({ kind }) => kind === 'Yield')) return true;
    if (
      each.kind === 'Try' &&
      each.finalbody.length > 0 &&
      [...nodesIn(...each.body)].some(({ kind }) => kind === 'Yield')
    )
      return true;
  }
  return false;
}

function closesIt(name: string, func: FunctionDef): boolean {
  for (const node of nodesIn(...func.body)) {
    if (node.kind === 'Attribute' && node.attr.text === 'close' && pathText(node.value) === name) return true;
    if (node.kind === 'WithItem' && pathText(node.context) === name) return true;
  }
  return false;
}

/** Ways behind the statement that opens it on which nothing closes it; null where somebody else may. */
function leftOpen(
  { node, around }: CodeSite<Assign>,
  name: string,
  func: FunctionDef,
  file: SourceFile,
  inference: Inference,
): Pick<OpenSession, 'leftBy' | 'closedBy'> | null {
  const rest = behind(node, around[0]);
  const flow = sessionFlow(rest, name, false, file, inference);
  if (!flow || flow.leftOpen.length === 0) return null;
  // What stands around, as the `finally` of a `try`, may close it too.
  const within = { start: node.start, end: rest.at(-1)?.end ?? node.end };
  for (const each of nodesIn(...func.body))
    if (each.kind === 'Name' && each.id === name && !encloses(within, each)) return null;
  const [leftBy] = flow.leftOpen;
  return { leftBy: leftBy === undefined || leftBy === 'end' ? null : leftBy, closedBy: flow.closedBy };
}

// ---------------------------------------------------------------- several at once

export function concurrentSessions(code: Code, file: SourceFile, inference: Inference): readonly ConcurrentSession[] {
  return code.calls.flatMap((site) => inTasks(site, file, inference) ?? inThreads(site, file, inference) ?? []);
}

/** `asyncio.gather(load(session, 1), load(session, 2))`, `gather(*[load(session, id) for id in ids])` */
function inTasks(site: CodeSite<Call>, file: SourceFile, inference: Inference): ConcurrentSession | null {
  const { node: call } = site;
  const callee = inference.valueOf(file, call.func);
  if (callee.kind !== 'external' || callee.name !== 'asyncio.gather') return null;
  const seen = new Set<string>();
  for (const arg of call.args) {
    const isMany = arg.kind === 'Starred' && (arg.value.kind === 'ListComp' || arg.value.kind === 'GeneratorExp');
    const work = isMany ? (arg.value as Expr & { readonly kind: 'ListComp' }).elt : arg;
    if (work.kind !== 'Call') continue;
    const handed = [...work.args, ...work.keywords.map(({ value }) => value)];
    if (work.func.kind === 'Attribute') handed.push(work.func.value);
    for (const each of handed) {
      if (each.kind !== 'Name' || !isAsyncSession(each, file, inference)) continue;
      if (isMany ? !isBoundIn(arg, each, file, inference) : seen.has(each.id))
        return { session: each, call, kind: 'tasks' };
      seen.add(each.id);
    }
  }
  return null;
}

function isAsyncSession(expr: Expr, file: SourceFile, inference: Inference): boolean {
  const value = inference.valueOf(file, expr);
  return value.kind === 'session' && value.isAsync;
}

/** Each round of a comprehension may have a session of its own. */
function isBoundIn(
  range: Node,
  name: Expr & { readonly kind: 'Name' },
  file: SourceFile,
  { program }: Inference,
): boolean {
  return program
    .lookup(program.scopeAt(file, name.start), name.id)
    .some((binding) => range.start <= binding.range.start && binding.range.end <= range.end);
}

/** `executor.submit(work, session)` in a loop, `Thread(target=work, args=(session,))` */
function inThreads(site: CodeSite<Call>, file: SourceFile, inference: Inference): ConcurrentSession | null {
  const { node: call } = site;
  const loop = loopAround(site)?.at(-1);
  const isSubmit =
    call.func.kind === 'Attribute' && call.func.attr.text === 'submit' && isExecutor(call.func.value, file, inference);
  if (!loop || (!isSubmit && !isThread(call, file, inference))) return null;
  const args = call.keywords.find(({ name }) => name?.text === 'args')?.value;
  const handed = isSubmit ? call.args.slice(1) : args?.kind === 'Tuple' || args?.kind === 'List' ? args.elts : [];
  for (const each of handed) {
    if (each.kind !== 'Name' || inference.valueOf(file, each).kind !== 'session') continue;
    if (!isBoundIn(loop, each, file, inference)) return { session: each, call, kind: 'threads' };
  }
  return null;
}

function isThread(call: Call, file: SourceFile, inference: Inference): boolean {
  const callee = inference.valueOf(file, call.func);
  return callee.kind === 'external' && callee.name === 'threading.Thread';
}

function isExecutor(expr: Expr, file: SourceFile, inference: Inference): boolean {
  const value = inference.valueOf(file, expr);
  return value.kind === 'external' && /^concurrent\.futures\.(.*\.)?ThreadPoolExecutor\(\)$/.test(value.name);
}
