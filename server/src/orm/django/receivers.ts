/**
 * Receivers of the signals that Django sends when objects are saved and deleted
 * (https://docs.djangoproject.com/en/5.2/topics/signals/): `@receiver(post_save, sender=Order)`, `pre_save.connect(clean)`.
 */
import type { Call, Expr } from '../../python/syntax/nodes.ts';
import type { Program, SourceFile } from '../../python/types.ts';
import type { SignalReceiver } from '../../query/program.ts';
import type { DjangoFacts } from '../adapter.ts';
import { dottedName, keyword, textOf, type Classes } from '../classes.ts';
import type { ModelGraph } from '../model.ts';
import { readTarget } from './read.ts';
import { startupStatements } from './startup.ts';

const SIGNALS: readonly string[] = ['pre_save', 'post_save', 'pre_delete', 'post_delete', 'm2m_changed'];

/** The receivers of a workspace, in the order of its modules. */
export function receiversOf(
  program: Program,
  classes: Classes,
  graph: ModelGraph,
  facts: DjangoFacts,
): readonly SignalReceiver[] {
  const found: SignalReceiver[] = [];
  const add = (file: SourceFile, name: string, signals: readonly string[], sender: Expr | null): void => {
    const sent = senderOf(classes, graph, facts, file, sender);
    if (sent !== null) for (const signal of signals) found.push({ signal, name, ...sent });
  };
  for (const { file, stmt } of startupStatements(program)) {
    if (stmt.kind === 'FunctionDef') {
      for (const decorator of stmt.decorators) {
        if (decorator.kind === 'Call' && lastName(decorator.func) === 'receiver')
          add(file, stmt.name.text, signalsIn(decorator.args[0] ?? keyword(decorator, 'signal')), senderIn(decorator));
      }
    } else if (stmt.kind === 'Expr' && stmt.value.kind === 'Call') {
      const { func } = stmt.value;
      if (func.kind !== 'Attribute' || func.attr.text !== 'connect') continue;
      const called = stmt.value.args[0] ?? keyword(stmt.value, 'receiver');
      if (called) add(file, textOf(file, called), signalsIn(func.value), stmt.value.args[1] ?? senderIn(stmt.value));
    }
  }
  return found;
}

function senderIn(call: Call): Expr | null {
  return keyword(call, 'sender');
}

function signalsIn(expr: Expr | null): readonly string[] {
  if (expr?.kind === 'List' || expr?.kind === 'Tuple') return expr.elts.flatMap(signalsIn);
  const name = expr && lastName(expr);
  return name && SIGNALS.includes(name) ? [name] : [];
}

/** The model whose signals are received; `sender: null` for those of any, null for what is no model of the project. */
function senderOf(
  classes: Classes,
  graph: ModelGraph,
  facts: DjangoFacts,
  file: SourceFile,
  expr: Expr | null,
): Pick<SignalReceiver, 'sender' | 'through'> | null {
  const everything = { sender: null, through: null };
  if (!expr) return everything;
  if (expr.kind === 'Attribute' && expr.attr.text === 'through' && expr.value.kind === 'Attribute') {
    const owner = senderOf(classes, graph, facts, file, expr.value.value);
    return owner && owner.sender !== null ? { ...owner, through: expr.value.attr.text } : everything;
  }
  const target = readTarget(classes, file, classes.program.scopeAt(file, expr.start), expr);
  switch (target.kind) {
    case 'user':
      return { sender: facts.authUserModel, through: null };
    case 'name':
      return { sender: target.name, through: null };
    case 'class': {
      const model = graph.model(target.id);
      return model?.orm === 'django' && model.appLabel !== null
        ? { sender: `${model.appLabel}.${model.name}`, through: null }
        : null;
    }
    case 'unknown':
      return everything;
  }
}

function lastName(expr: Expr): string | null {
  return dottedName(expr)?.split('.').at(-1) ?? null;
}
