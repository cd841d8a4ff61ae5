import type { EagerDynamic } from '../orm/use/joinedCollections.ts';
import type { SourceFile } from '../python/types.ts';
import { defineRule, type TextEdit } from './rule.ts';
import { withoutArgument } from './shared/edits.ts';

export const dynamicRelationshipEagerLoad = defineRule({
  id: 'dynamic-relationship-eager-load',
  severity: 'error',
  summary: 'A dynamic or write-only relation is to be loaded with a query, which raises',
  isOnByDefault: true,
  inTests: true,
  check({ file, uses }, report) {
    for (const dynamic of uses.eagerDynamics()) {
      const { link, owner, relation } = dynamic;
      report({
        range: { start: link.arg.start, end: link.arg.end },
        message: `This raises: \`${owner.name}.${relation.name}\` is declared with \`lazy="${relation.loading}"\` and cannot be loaded with its rows`,
        related: [
          {
            path: relation.declared.path,
            range: relation.declared.range,
            message: `${owner.name}.${relation.name} is declared here`,
          },
        ],
        fixes: [{ title: 'Remove the option', edits: [withoutOption(dynamic, file)], isPreferred: false }],
      });
    }
  },
});

function withoutOption({ options, option }: EagerDynamic, file: SourceFile): TextEdit {
  if (options.args.length > 1 || options.func.kind !== 'Attribute') return withoutArgument(options, option, file);
  return { path: file.path, range: { start: options.func.value.end, end: options.end }, newText: '' };
}
