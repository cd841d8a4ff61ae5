/** Which modules of a workspace are imported by others. */
import { nodesUnder } from '../python/syntax/visit.ts';
import type { Program, SourceFile } from '../python/types.ts';

/** Whether an import of the workspace leads to a module. */
export function isNamedByImport(program: Program, file: SourceFile): boolean {
  const last = file.moduleName.split('.').at(-1)!;
  const isAsked = new RegExp(`import\\b[^\\n]*\\b${last}\\b|\\b${last}\\s+import\\b|^\\s+${last}\\b`, 'm');
  return program.pathsMentioning([last]).some((path) => {
    if (path === file.path || !isAsked.test(program.snapshot.text(path) ?? '')) return false;
    const other = program.file(path);
    return other !== undefined && importsModule(program, other, file);
  });
}

function importsModule(program: Program, by: SourceFile, target: SourceFile): boolean {
  for (const node of nodesUnder(by.module.body)) {
    if (node.kind === 'Import') {
      const named = node.names.some(({ name }) => program.moduleNamed(name.text, by)?.path === target.path);
      if (named) return true;
    } else if (node.kind === 'ImportFrom') {
      const module = program.importedModule(by, node);
      if (module?.path === target.path) return true;
      for (const alias of node.names) {
        const name = alias.asName?.text ?? alias.name.text;
        const binding = program
          .scopeAt(by, node.start)
          .bindings.get(name)
          ?.find((each) => each.kind === 'importFrom' && each.alias === alias);
        const symbol = binding && program.follow(by, binding);
        if (symbol?.kind === 'module' && symbol.file.path === target.path) return true;
      }
    }
  }
  return false;
}
