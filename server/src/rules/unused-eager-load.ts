import type { UnusedLoad } from '../orm/use/unusedLoads.ts';
import { defineRule, type TextEdit } from './rule.ts';
import { withoutArgument } from './shared/edits.ts';
import type { SourceFile } from '../python/types.ts';

export const unusedEagerLoad = defineRule({
  id: 'unused-eager-load',
  severity: 'hint',
  summary: 'A query loads a relation with its rows that is never read',
  isOnByDefault: false,
  inTests: false,
  check({ file, uses }, report) {
    for (const load of uses.unusedLoads()) {
      const { argument, model, relation } = load;
      report({
        range: { start: argument.start, end: argument.end },
        message: `${model.name}.${relation} is loaded with the query, and never read`,
        relation: `${model.id}.${relation}`,
        fixes: [{ title: `Do not load ${relation}`, edits: [removal(load, file)], isPreferred: false }],
      });
    }
  },
});

function removal({ call, argument }: UnusedLoad, file: SourceFile): TextEdit {
  if (call.args.length > 1 || call.func.kind !== 'Attribute') return withoutArgument(call, argument, file);
  return { path: file.path, range: { start: call.func.value.end, end: call.end }, newText: '' };
}
