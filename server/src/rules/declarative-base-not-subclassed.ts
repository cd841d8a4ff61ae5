import type { UnmappedClass } from '../orm/use/unmapped.ts';
import type { Program, SourceFile } from '../python/types.ts';
import { defineRule, type Fix } from './rule.ts';

export const declarativeBaseNotSubclassed = defineRule({
  id: 'declarative-base-not-subclassed',
  severity: 'error',
  summary: 'A model inherits from DeclarativeBase itself, which raises',
  isOnByDefault: true,
  inTests: true,
  check({ file, program, uses }, report) {
    for (const unmapped of uses.unmappedClasses()) {
      const { cls, base } = unmapped;
      const fix = baseFix(unmapped, file, program);
      report({
        range: { start: base.start, end: base.end },
        message: `What inherits from DeclarativeBase is a base for models and can have no table: \`${cls.name.text}\` raises`,
        fixes: fix ? [fix] : [],
      });
    }
  },
});

/** Inherit from the base that is there, or write one above the class. */
function baseFix({ cls, base, existing }: UnmappedClass, file: SourceFile, program: Program): Fix | null {
  const replace = (name: string) => ({ path: file.path, range: { start: base.start, end: base.end }, newText: name });
  if (existing !== null) return { title: `Inherit from ${existing}`, edits: [replace(existing)], isPreferred: true };
  const first = cls.decorators[0]?.start ?? cls.start;
  const at = file.lines.lineStart(file.lines.position(first).line);
  if (at !== cls.start || program.lookup(file.scope, 'Base').length > 0) return null;
  const written = file.text.slice(base.start, base.end);
  const above = `class Base(${written}):\n    pass\n\n\n`;
  return {
    title: 'Inherit from a Base of its own',
    edits: [{ path: file.path, range: { start: at, end: at }, newText: above }, replace('Base')],
    isPreferred: true,
  };
}
