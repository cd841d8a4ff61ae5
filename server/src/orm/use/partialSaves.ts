import type { Call, Node } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import { mayHaveMember } from './classes.ts';
import type { Code } from './code.ts';
import { functionOf, nodesIn, pathText } from './places.ts';

/** One or two fields of a row that was read are set, and all of them are written. */
export interface PartialSave {
  readonly call: Call;
  readonly object: string;
  readonly fields: readonly string[];
  /** There may be fields that set themselves (`auto_now`), which would have to be named, too. */
  readonly mayHaveMore: boolean;
}

export function partialSaves(code: Code, file: SourceFile, inference: Inference): readonly PartialSave[] {
  return code.calls.flatMap((site) => {
    const { node: call } = site;
    const { func } = call;
    if (func.kind !== 'Attribute' || func.attr.text !== 'save' || call.args.length + call.keywords.length > 0)
      return [];
    const func0 = functionOf(site);
    const on = func.value;
    if (on.kind !== 'Name' || !func0) return [];
    const value = inference.valueOf(file, on);
    if (value.kind !== 'instance' || !value.origin) return [];
    const model = inference.graph.model(value.model);
    if (model?.orm !== 'django' || model.unknown.length > 0 || mayHaveMember(model, 'save', file, inference)) return [];
    const { program } = inference;
    const [binding, ...more] = program.lookup(program.scopeAt(file, on.start), on.id);
    if (more.length > 0 || binding?.kind !== 'assign' || makes(binding.statement.value)) return [];
    const fields = changedFields(on.id, func0.body, call);
    if (!fields || fields.length === 0 || fields.length > 2) return [];
    if (!fields.every((name) => inference.graph.field(model, name)?.column)) return [];
    const mayHaveMore = model.fields.some(({ type }) => /Date|Time/.test(type));
    return { call, object: on.id, fields, mayHaveMore };
  });
}

function makes(expr: Node): boolean {
  return expr.kind === 'Call' && expr.func.kind === 'Attribute' && /create/.test(expr.func.attr.text);
}

/** What is assigned to the object before it is saved; null when something else may change it. */
function changedFields(object: string, body: readonly Node[], save: Call): readonly string[] | null {
  const fields: string[] = [];
  for (const node of nodesIn(...body)) {
    if (node.start >= save.end) break;
    if (node.kind === 'Assign' || node.kind === 'AugAssign') {
      for (const target of node.kind === 'Assign' ? node.targets : [node.target])
        if (target.kind === 'Attribute' && pathText(target.value) === object) fields.push(target.attr.text);
    }
    if (node.kind !== 'Call') continue;
    // A method of the object, or a function that gets it.
    if (node !== save && node.func.kind === 'Attribute' && pathText(node.func.value) === object) return null;
    const args = [...node.args, ...node.keywords.map(({ value }) => value)];
    if (args.some((arg) => pathText(arg) === object)) return null;
  }
  return [...new Set(fields)];
}
