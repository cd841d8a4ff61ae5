/** Receivers of signals as the renderer runs them: their functions, and the models that these name. */
import { nodesUnder } from '../../python/syntax/visit.ts';
import type { ClassDef, FunctionDef, Node } from '../../python/syntax/nodes.ts';
import type { Program, SourceFile } from '../../python/types.ts';
import type { SignalReceiver } from '../../query/program.ts';
import { resolveInstalled } from '../installed.ts';
import type { ModelGraph } from '../model.ts';
import { isRefused } from '../source/runnable.ts';
import { hasProblem } from '../source/text.ts';
import type { StepWriter } from '../source/writer.ts';
import type { Receiver } from './receivers.ts';

/** Functions and classes that are looked into for the models they name. */
const MOST_FOLLOWED = 200;

/** Writes the functions of the receivers that can run, and describes all of them. `models` are labels: `shop.Order`. */
export function writeReceivers(
  receivers: readonly Receiver[],
  models: ReadonlySet<string>,
  writer: StepWriter,
): readonly SignalReceiver[] {
  return receivers
    .filter(({ sender }) => sender === null || models.has(sender.toLowerCase()))
    .map(({ signal, name, sender, through, called, uid }) => ({
      signal,
      name,
      sender,
      through,
      uid,
      runs: called && writeFunction(called.file, called.node, writer),
    }));
}

function writeFunction(file: SourceFile, node: FunctionDef, writer: StepWriter): SignalReceiver['runs'] {
  const receiving = node.decorators.filter((each) => each.kind === 'Call' && isReceiver(writer, file, each.func));
  const others = node.decorators.filter((each) => !receiving.includes(each));
  if (node.isAsync || isRefused(node) || hasProblem(file, node) || hasYield(node)) return null;
  if (!others.every((each) => writer.runnable.isHarmless(file, each))) return null;
  const as = `${node.name.text}_as_receiver`;
  writer.called(file, node, as, receiving);
  return { module: file.moduleName, name: as };
}

function isReceiver(writer: StepWriter, file: SourceFile, expr: Node): boolean {
  if (expr.kind !== 'Name' && expr.kind !== 'Attribute') return false;
  const symbol = writer.program.resolve(file, expr, file.scope);
  return symbol.kind === 'external' && symbol.name.endsWith('.receiver');
}

function hasYield(node: FunctionDef): boolean {
  return [...nodesUnder(node.body, (each) => each.kind !== 'FunctionDef' && each.kind !== 'Lambda')].some(
    ({ kind }) => kind === 'Yield' || kind === 'YieldFrom',
  );
}

/** Ids of the models that a receiver names, itself or in what it calls. */
export function modelsNamedBy({ called }: Receiver, program: Program, graph: ModelGraph): ReadonlySet<string> {
  const found = new Set<string>();
  if (!called) return found;
  const seen = new Set<Node>([called.node]);
  const pending: { readonly file: SourceFile; readonly node: FunctionDef | ClassDef }[] = [called];
  for (let next = pending.pop(); next && seen.size < MOST_FOLLOWED; next = pending.pop()) {
    for (const node of nodesUnder(next.node.body)) {
      if (node.kind !== 'Name' && node.kind !== 'Attribute') continue;
      const symbol = resolveInstalled(program, next.file, node, program.scopeAt(next.file, node.start));
      if (symbol.kind !== 'binding') continue;
      const { binding } = symbol;
      if (binding.kind !== 'class' && binding.kind !== 'function') continue;
      const id = `${symbol.file.moduleName}.${binding.name}`;
      if (binding.kind === 'class' && graph.model(id)) found.add(id);
      else if (!seen.has(binding.node)) {
        seen.add(binding.node);
        pending.push({ file: symbol.file, node: binding.node });
      }
    }
  }
  return found;
}
