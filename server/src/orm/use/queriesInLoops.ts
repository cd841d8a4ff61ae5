/** Queries that are sent again in each round of a loop, with a value of that round. */
import type { Call, Comprehension, Expr, For, Node, Stmt } from '../../python/syntax/nodes.ts';
import { children, nodesUnder, suitesOf } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import { targetNames } from '../../query/reads.ts';
import type { Inference } from '../infer.ts';
import { derivedNames, mentions } from '../derivedNames.ts';
import { memberOf } from '../members.ts';
import { modelNamedIn, type QuerySent, querySent } from '../querySent.ts';
import { calleeOf } from '../summaries/callees.ts';
import { argumentsOf } from '../summaries/ownUses.ts';
import { MAKES, modelsMadeIn } from '../summaries/modelsMade.ts';
import { summariesOf } from '../summaries/summaries.ts';
import { isBuiltWith, type Value } from '../values.ts';
import type { Code, CodeSite } from './code.ts';
import { nodesIn } from './places.ts';

export interface QueryInLoop extends Pick<QuerySent, 'orm' | 'isGet'> {
  /** What sends it: `Tag.objects.get(name=name)`, or the call of a function that does. */
  readonly call: Call;
  /** The query in that function. */
  readonly inside: { readonly file: SourceFile; readonly call: Call } | null;
  /** Other queries of the same loop. */
  readonly others: readonly Call[];
  readonly loop: For | Comprehension;
}

/** One for each loop. */
export function queriesInLoops(code: Code, file: SourceFile, inference: Inference): readonly QueryInLoop[] {
  const byLoop = new Map<Node, QueryInLoop & { readonly others: Call[] }>();
  const loops = new Map<Node, Loop | null>();
  const ending = new Map<For, boolean>();
  for (const site of code.calls) {
    const around = loopAround(site, (loop) => {
      const ends = ending.get(loop) ?? endsEarly(loop);
      ending.set(loop, ends);
      return ends;
    });
    if (!around) continue;
    let loop = loops.get(around.node);
    if (loop === undefined) loops.set(around.node, (loop = longLoop(around, file, inference)));
    if (!loop) continue;
    const found = sentHere(site.node, loop, file, inference) ?? sentInside(site, loop, file, inference);
    if (!found) continue;
    const { orm, isGet, inside } = found;
    const first = byLoop.get(loop.node);
    if (first) first.others.push(site.node);
    else if (!loop.changes(found))
      byLoop.set(loop.node, { call: site.node, inside, others: [], loop: loop.node, orm, isGet });
  }
  return [...byLoop.values()];
}

type Sent = Pick<QuerySent, 'orm' | 'isGet' | 'row'> & Pick<QueryInLoop, 'inside'> & Partial<Pick<QuerySent, 'query'>>;

/** null when it goes over a few, or over many at once. */
function longLoop(around: LoopAround, file: SourceFile, inference: Inference): Loop | null {
  const { node, iter, body } = around;
  const names = isShort(iter, file, inference) ? null : namesOfRound(around);
  if (!names) return null;
  // Asked for each query of the loop.
  const known = new Map<string, boolean>();
  const changes = (sent: Sent): boolean => {
    const key = `${sent.orm} ${sent.row.kind === 'instance' ? sent.row.model : ''} ${managerOf(sent, file) ?? ''}`;
    const changed = known.get(key) ?? changesWhatIsRead(body, sent, file, inference);
    known.set(key, changed);
    return changed;
  };
  return { node, names, changes };
}

function sentHere(call: Call, loop: Loop, file: SourceFile, inference: Inference): Sent | null {
  const sent = querySent(call, file, inference);
  return sent && dependsOn(call, sent, loop.names) ? { ...sent, inside: null } : null;
}

/** In a function of the workspace that is given something else in each round. */
function sentInside(
  { node: call, around }: CodeSite<Call>,
  loop: Loop,
  file: SourceFile,
  inference: Inference,
): Sent | null {
  // `if key not in known: known[key] = find(key)`
  if (around.some((node) => node.kind === 'If' && isMembership(node.test))) return null;
  const { names } = loop;
  const callee = mentions(call, names) ? calleeOf(file, call, inference) : null;
  if (!callee) return null;
  const queries = summariesOf(inference).queriesOf(callee);
  const given = new Set(
    argumentsOf(call, callee).flatMap(([expr, parameter]) => (mentions(expr, names) ? parameter : [])),
  );
  const query = queries.find(({ parameters }) => parameters.some((each) => given.has(each)));
  return query ? { ...query, inside: { file: query.file, call: query.call } } : null;
}

function isMembership(test: Expr): boolean {
  return test.kind === 'Compare' && test.ops.some((op) => /in$/i.test(op));
}

/** A loop that makes rows of the same model, adds to the same relation, or commits, may have to look again. */
function changesWhatIsRead(body: readonly Node[], sent: Sent, file: SourceFile, inference: Inference): boolean {
  const { orm, row } = sent;
  const summaries = summariesOf(inference);
  const isOfRow = (models: ReadonlySet<string>): boolean => row.kind === 'instance' && models.has(row.model);
  const manager = managerOf(sent, file);
  for (const node of nodesUnder(body)) {
    if (node.kind !== 'Call') continue;
    const { func } = node;
    if (func.kind === 'Attribute') {
      if (/^(commit|flush|rollback)$/.test(func.attr.text) || MAKES.test(func.attr.text)) return true;
      const isOfRelation = /^a?(add|set|remove|clear)$/.test(func.attr.text);
      if (isOfRelation && file.text.slice(func.value.start, func.value.end) === manager) return true;
      if (MAKES_BY_NAME.test(func.attr.text) && isOfRow(modelsNamed(inference.valueOf(file, func.value)))) return true;
    }
    const callee = calleeOf(file, node, inference);
    if (callee && isOfRow(summaries.modelsMadeBy(callee))) return true;
  }
  if (isOfRow(modelsMadeIn(body, file, inference))) return true;
  return orm === 'sqlalchemy' && summaries.mayExpire(body, file);
}

/** `shelf.books` of `shelf.books.filter(…)`, as it is written. */
function managerOf({ query }: Sent, file: SourceFile): string | null {
  return query?.via && query.rootFile === file ? file.text.slice(query.root.start, query.root.end) : null;
}

/** `Tag.create_from(text)`: what cannot be followed does what its name says. */
const MAKES_BY_NAME = /^a?((bulk_)?create|(get|update)_or_create|make|ensure)_/;

function modelsNamed(value: Value): ReadonlySet<string> {
  const row = value.kind === 'query' ? value.query.row[0] : value;
  return new Set(row?.kind === 'model' || row?.kind === 'instance' ? [row.model] : []);
}

// ---------------------------------------------------------------- the loop

interface Loop {
  readonly node: For | Comprehension;
  /** What has another value in each round: its variable, and what is made of it. */
  readonly names: ReadonlySet<string>;
  /** Whether what a query reads may have changed since the last round. */
  changes(sent: Sent): boolean;
}

interface LoopAround {
  readonly node: For | Comprehension;
  readonly iter: Expr;
  /** What runs in each round. */
  readonly body: readonly Node[];
}

/** The innermost loop that runs it in each round; null when something around it ends the loop, or runs it later. */
function loopAround({ node, around }: CodeSite<Call>, endsEarly: (loop: For) => boolean): LoopAround | null {
  let inner: Node = node;
  for (const outer of around) {
    switch (outer.kind) {
      case 'FunctionDef':
      case 'Lambda':
      case 'While':
      case 'ExceptHandler':
      case 'Raise':
      case 'Return':
        return null;
      case 'For':
        if (inner === outer.iter || !outer.body.includes(inner as Stmt)) break;
        return endsEarly(outer) ? null : { node: outer, iter: outer.iter, body: outer.body };
      case 'ListComp':
      case 'SetComp':
      case 'DictComp':
      case 'GeneratorExp': {
        const [first] = outer.generators;
        // `any(… for …)` and `next(…)` stop where they like.
        if (!first || inner === first || outer.kind === 'GeneratorExp') break;
        return { node: first, iter: first.iter, body: children(outer).filter((each) => each !== first) };
      }
      default:
        if (suitesOf(outer as Stmt).some((suite) => suite.includes(inner as Stmt) && endsWithExit(suite))) return null;
    }
    inner = outer;
  }
  return null;
}

/** A search that stops at what it found, or tries again what failed. */
function endsEarly(loop: For): boolean {
  const own = [...nodesIn(...loop.body)];
  if (own.some(({ kind }) => kind === 'Return')) return true;
  // A `break` in an inner loop ends that one.
  const isOfThisLoop = ({ kind }: Node): boolean => !/^(For|While|FunctionDef|Lambda|ClassDef)$/.test(kind);
  return [...nodesUnder(loop.body, isOfThisLoop)].some(({ kind }) => kind === 'Break');
}

function endsWithExit(suite: readonly Stmt[]): boolean {
  const last = suite.at(-1)?.kind;
  return last === 'Return' || last === 'Break' || last === 'Raise';
}

// ---------------------------------------------------------------- loops that are short, or go over many at once

const MANY_AT_ONCE = /chunk|batch|page|bulk|group|partition|slice/i;

function isShort(iter: Expr, file: SourceFile, inference: Inference, depth = 0): boolean {
  if (depth > 4) return true;
  const inner = (each: Expr): boolean => isShort(each, file, inference, depth + 1);
  const value = inference.valueOf(file, iter);
  if (value.kind === 'query' || value.kind === 'result') return false;
  switch (iter.kind) {
    case 'List':
    case 'Tuple':
    case 'Set':
    case 'Dict':
      // Few are written out; what is spread may be many.
      return (
        !iter.kind.startsWith('D') && !(iter as { elts: readonly Expr[] }).elts.some((each) => each.kind === 'Starred')
      );
    case 'Constant':
      return true;
    case 'Attribute':
      // `settings.LANGUAGES`, `Color.choices`, `Meta.fields`
      return (
        /^([A-Z][A-Z0-9_]*|choices|values|labels|fields)$/.test(iter.attr.text) ||
        MANY_AT_ONCE.test(iter.attr.text) ||
        (iter.value.kind === 'Attribute' && iter.value.attr.text === '_meta')
      );
    case 'Name': {
      if (/^[A-Z_][A-Z0-9_]*$/.test(iter.id) || MANY_AT_ONCE.test(iter.id)) return true;
      const { program } = inference;
      const symbol = program.resolve(file, iter);
      if (symbol.kind !== 'binding') return symbol.kind !== 'unknown';
      const { binding } = symbol;
      if (binding.scope.kind === 'module' || binding.kind === 'class') return true;
      if (binding.kind === 'assign' && binding.path.length === 0) return isLiteral(binding.statement.value);
      return binding.kind === 'for' && isWrittenOut(binding.statement.iter, file, inference);
    }
    case 'Call': {
      const { func, args } = iter;
      const name = func.kind === 'Name' ? func.id : func.kind === 'Attribute' ? func.attr.text : '';
      if (MANY_AT_ONCE.test(name)) return true;
      if (name === 'range') return args.length === 3 || args.every((arg) => arg.kind === 'Constant');
      if (/^(enumerate|sorted|reversed|list|set|tuple|tqdm|zip|iter)$/.test(name))
        return args.length > 0 && args.every(inner);
      if (func.kind === 'Attribute' && /^(items|keys|values)$/.test(name)) return inner(func.value);
      if (name === 'split') return func.kind === 'Attribute' && func.value.kind === 'Constant';
      return false;
    }
    default:
      return false;
  }
}

/** The value of an attribute of a class that is written out there, or what a dict of such a class has in it. */
function isWrittenOut(expr: Expr, file: SourceFile, inference: Inference): boolean {
  if (expr.kind === 'Call')
    return (
      expr.func.kind === 'Attribute' &&
      /^(items|keys|values)$/.test(expr.func.attr.text) &&
      isWrittenOut(expr.func.value, file, inference)
    );
  if (expr.kind !== 'Attribute') return isLiteral(expr);
  const member = memberOf(file, expr, inference);
  return member?.stmt.kind === 'Assign' && isLiteral(member.stmt.value);
}

function isLiteral(expr: Expr): boolean {
  return (
    (expr.kind === 'List' || expr.kind === 'Tuple' || expr.kind === 'Set' || expr.kind === 'Dict') && !isGrown(expr)
  );
}

/** An empty list is filled further down. */
function isGrown(expr: Expr): boolean {
  return expr.kind === 'Dict' ? expr.values.length === 0 : 'elts' in expr && expr.elts.length === 0;
}

// ---------------------------------------------------------------- what changes from round to round

/**
 * Whether the query asks for something else in each round: it has the loop's variable in it, or what was made of it in the
 * body. Where even the model or the columns change, or rows are locked one by one, no query could take its place.
 */
function dependsOn(call: Call, sent: QuerySent, names: ReadonlySet<string>): boolean {
  const { query } = sent;
  if (!mentions(call, names)) return false;
  if (query && isBuiltWith(query, /^(select_for_update|with_for_update)$/)) return false;
  if (hasOtherColumns(call, names)) return false;
  return Boolean(query?.via) || !modelNamedIn(sent, call).some((each) => mentions(each, names));
}

/** `filter(**wanted)`, where each round wants other columns. */
function hasOtherColumns(call: Call, names: ReadonlySet<string>): boolean {
  for (const node of nodesUnder([call])) {
    if (node.kind !== 'Keyword' || node.name !== null) continue;
    const { value } = node;
    if (value.kind === 'Dict' ? value.keys.some((key) => !key || mentions(key, names)) : mentions(value, names))
      return true;
  }
  return false;
}

/** The loop's variable and what is made of it; null when it stands for many at once. */
function namesOfRound({ node, body }: LoopAround): ReadonlySet<string> | null {
  const targets = targetNames(node.target);
  if (targets.length === 0 || targets.some((name) => MANY_AT_ONCE.test(name))) return null;
  return derivedNames(targets, body);
}
