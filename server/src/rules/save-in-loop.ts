import type { SaveInLoop } from '../orm/use/savesInLoops.ts';
import type { SourceFile } from '../python/types.ts';
import { defineRule, type Fix } from './rule.ts';

export const saveInLoop = defineRule({
  id: 'save-in-loop',
  severity: 'information',
  summary: 'Rows are written one by one',
  isOnByDefault: false,
  inTests: false,
  check({ file, uses }, report) {
    for (const save of uses.savesInLoops()) {
      const { call, loop } = save;
      const fix = fixOf(save, file);
      report({
        range: { start: call.start, end: call.end },
        message: messageOf(save),
        related: [
          {
            path: file.path,
            range: { start: loop.target.start, end: loop.iter.end },
            message: 'This loop runs it for each row',
          },
        ],
        fixes: fix ? [fix] : [],
      });
    }
  },
});

function messageOf({ kind, model }: SaveInLoop): string {
  switch (kind) {
    case 'create':
      return `One INSERT for each ${model!.name}: \`bulk_create()\` sends them together`;
    case 'save':
      return `One UPDATE for each ${model!.name}: \`bulk_update()\` sends them together`;
    case 'commit':
      return 'One transaction for each row: after the loop, one `commit()` writes all of them';
    case 'flush':
      return 'One INSERT for each row: without `flush()`, the commit sends them together';
  }
}

/** None of them is taken without a look: `bulk_create()` calls no `save()`, and one transaction keeps all rows or none. */
function fixOf(save: SaveInLoop, file: SourceFile): Fix | null {
  const { kind, call, loop, statement, isAll } = save;
  const text = ({ start, end }: { readonly start: number; readonly end: number }): string =>
    file.text.slice(start, end);
  if (kind === 'create') {
    const manager = call.func.kind === 'Attribute' ? call.func.value : null;
    const named = manager?.kind === 'Attribute' && manager.attr.text === 'objects' ? manager.value : null;
    if (!isAll || named?.kind !== 'Name' || loop.isAsync || statement.value !== call) return null;
    const row = `${named.id}${text({ start: call.func.end, end: call.end })}`;
    const rows = `${row} for ${text(loop.target)} in ${text(loop.iter)}`;
    return {
      title: 'Create the rows together',
      edits: [
        {
          path: file.path,
          range: { start: loop.start, end: loop.end },
          newText: `${text(manager!)}.bulk_create([${rows}])`,
        },
      ],
      isPreferred: false,
    };
  }
  if (kind !== 'commit' || loop.body.at(-1) !== statement || loop.body.length < 2) return null;
  const before = loop.body.at(-2)!;
  const indent = file.text.slice(file.lines.lineStart(file.lines.position(loop.start).line), loop.start);
  if (indent.trim() !== '') return null;
  return {
    title: 'Commit once, after the loop',
    edits: [
      {
        path: file.path,
        range: { start: before.end, end: statement.end },
        newText: `\n${indent}${text(statement)}`,
      },
    ],
    isPreferred: false,
  };
}
