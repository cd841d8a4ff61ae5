import type { InvalidPath } from '../orm/use/eagerPaths.ts';
import type { SourceFile } from '../python/types.ts';
import { defineRule, type Fix, type TextEdit } from './rule.ts';
import { withoutArgument } from './shared/edits.ts';

export const eagerPathInvalid = defineRule({
  id: 'eager-path-invalid',
  severity: 'error',
  summary: 'A query is told to load a relation that is not there',
  isOnByDefault: true,
  inTests: true,
  check({ file, uses }, report) {
    for (const invalid of uses.invalidPaths()) {
      const fix = fixOf(invalid, file);
      report({ range: invalid.range, message: messageOf(invalid), fixes: fix ? [fix] : [] });
    }
  },
});

function messageOf(invalid: InvalidPath): string {
  const { name } = invalid;
  switch (invalid.kind) {
    case 'unknown':
      return `${invalid.model.name} has no relation \`${name}\``;
    case 'column':
      return `\`${name}\` of ${invalid.model.name} is a column: there is nothing to load`;
    case 'toMany':
      return `\`${name}\` leads to many rows, which \`select_related\` refuses: use \`prefetch_related\``;
    case 'string':
      return 'SQLAlchemy 2.0 takes attributes in loader options, not strings';
    case 'noLink':
      return `\`${invalid.model.name}.${name}\` does not go on from ${invalid.leadsTo.name}, where the option before it leads`;
    case 'notInQuery':
      return `The query gives ${invalid.queried.name}, and \`${invalid.model.name}.${name}\` does not begin there`;
  }
}

function fixOf(invalid: InvalidPath, file: SourceFile): Fix | null {
  const { call, arg, range } = invalid;
  const fix = (title: string, edits: readonly TextEdit[]): Fix => ({ title, edits, isPreferred: true });
  switch (invalid.kind) {
    case 'unknown':
      return invalid.suggestion === null
        ? null
        : fix(`Load ${invalid.suggestion}`, [{ path: file.path, range, newText: invalid.suggestion }]);
    case 'toMany': {
      const title = 'Load it with prefetch_related';
      if (call.args.length === 1 && call.func.kind === 'Attribute')
        return fix(title, [
          {
            path: file.path,
            range: { start: call.func.attr.start, end: call.func.attr.end },
            newText: 'prefetch_related',
          },
        ]);
      const text = file.text.slice(arg.start, arg.end);
      const end = { start: call.end, end: call.end };
      return fix(title, [
        withoutArgument(call, arg, file),
        { path: file.path, range: end, newText: `.prefetch_related(${text})` },
      ]);
    }
    case 'string':
      return invalid.attributes === null
        ? null
        : fix(`Write ${invalid.attributes}`, [{ path: file.path, range, newText: invalid.attributes }]);
    case 'column':
    case 'noLink':
    case 'notInQuery':
      return null;
  }
}
