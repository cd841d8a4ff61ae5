/**
 * Parts of models that connect receivers to their signals when the class is made, through `contribute_to_class`
 * (https://docs.djangoproject.com/en/5.2/ref/signals/): `history = HistoricalRecords()`. What such a receiver sends is not known.
 */
import type { Call } from '../../python/syntax/nodes.ts';
import { nodesUnder } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import type { SignalReceiver } from '../../query/program.ts';
import { members, type Classes, type ClassRef } from '../classes.ts';
import { resolveInstalled } from '../installed.ts';
import type { Model } from '../model.ts';
import { isAvailable, mapsNothing } from '../source/available.ts';
import { fieldClass } from './names.ts';

/** Those that are sent when rows are written. */
const WRITING = ['pre_save', 'post_save', 'pre_delete', 'post_delete'];

/** What is said of a part of a library that cannot be read: it may write beside each row. */
const UNSEEN = ['post_save', 'post_delete'];

/** The receivers of the parts of some models, in no order that is known. */
export function receiversOfParts(classes: Classes, models: readonly Model[]): readonly SignalReceiver[] {
  return models.flatMap((model) => {
    const ref = model.isAbstract ? null : classes.declared(model);
    if (!ref || model.appLabel === null) return [];
    const sender = `${model.appLabel}.${model.name}`;
    return partsOf(classes, ref).flatMap(({ name, signals }) =>
      signals.map((signal) => ({ signal, name, sender, through: null, uid: null, runs: null })),
    );
  });
}

interface Part {
  /** `Order.history` */
  readonly name: string;
  readonly signals: readonly string[];
}

function partsOf(classes: Classes, ref: ClassRef): readonly Part[] {
  const parts: Part[] = [];
  for (const base of classes.order(ref)) {
    if (base.kind !== 'class') continue;
    for (const { name, value } of members(base.ref.node)) {
      if (value?.kind !== 'Call') continue;
      const signals = signalsOf(classes, base.ref.file, value);
      if (signals.length > 0) parts.push({ name: `${ref.node.name.text}.${name}`, signals });
    }
  }
  return parts;
}

/** The signals that what a call makes connects to. */
function signalsOf(classes: Classes, file: SourceFile, call: Call): readonly string[] {
  const { program } = classes;
  const scope = program.scopeAt(file, call.start);
  const symbol = resolveInstalled(program, file, call.func, scope);
  if (symbol.kind === 'external') {
    const isKnown =
      isAvailable(symbol.name) || mapsNothing(symbol.name) || /(Manager|QuerySet|Field)$/.test(symbol.name);
    return isKnown || fieldClass(classes, file, call.func, scope) || !/^[A-Z]/.test(lastName(symbol.name))
      ? []
      : UNSEEN;
  }
  if (symbol.kind !== 'binding' || symbol.binding.kind !== 'class') return [];
  const ref = classes.ref(symbol.file, symbol.binding.node);
  return classes.once('signals that it connects to', ref, () => connectedBy(classes, ref));
}

/** The signals that a class connects to in `contribute_to_class` and what that may call. */
function connectedBy(classes: Classes, ref: ClassRef): readonly string[] {
  const own = classes.order(ref).flatMap((base) => (base.kind === 'class' ? base.ref.node : []));
  const isPart = own.some((node) => [...members(node)].some(({ name }) => name === 'contribute_to_class'));
  if (!isPart) return [];
  const found = new Set<string>();
  for (const node of nodesUnder(own.flatMap(({ body }) => body))) {
    if (node.kind !== 'Call' || node.func.kind !== 'Attribute' || node.func.attr.text !== 'connect') continue;
    const signal = node.func.value.kind === 'Attribute' ? node.func.value.attr.text : null;
    const name = node.func.value.kind === 'Name' ? node.func.value.id : signal;
    if (name && WRITING.includes(name)) found.add(name);
  }
  return [...found];
}

function lastName(dotted: string): string {
  return dotted.slice(dotted.lastIndexOf('.') + 1);
}
