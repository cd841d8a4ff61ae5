import type { Binding, SourceFile } from '../../python/types.ts';
import type { Step } from '../../query/program.ts';
import { followInstalled, throughEnvironment } from '../installed.ts';
import { isAvailable } from './available.ts';
import type { StepWriter } from './writer.ts';

type Link = Step & { readonly op: 'link' };

/** Writes the steps that give a module the names it has from others. */
export class ImportWriter {
  readonly #writer: StepWriter;
  /** Links whose target is being written. */
  readonly #links = new Set<Link>();

  constructor(writer: StepWriter) {
    this.#writer = writer;
  }

  /** The names of a module whose targets are being written: who runs in between must make them. */
  *openIn(module: string): Iterable<Link> {
    for (const link of this.#links) if (link.module === module) yield link;
  }

  /** `from m import as`: what the name stands for, wherever it is defined. */
  from(file: SourceFile, binding: Binding & { kind: 'importFrom' }): void {
    const as = binding.name;
    const from = binding.statement.module?.text ?? '';
    if (from === '__future__') return;
    const dotted = `${from}.${binding.alias.name.text}`;
    if (binding.statement.level === 0 && this.#isQuiet(file, dotted)) return this.#writer.hole(file, as, as, dotted);
    const symbol = followInstalled(this.#writer.program, file, binding);
    switch (symbol.kind) {
      case 'external':
        this.external(file, as, symbol.name);
        return;
      case 'binding':
        if (symbol.binding === binding) this.#writer.hole(file, as, as);
        else this.link(file, as, symbol.file, symbol.binding.name);
        return;
      case 'module':
        this.linkModule(file, as, symbol.file);
        return;
      case 'builtin':
      case 'unknown':
        this.#writer.hole(file, as, as);
    }
  }

  /** `import a.b`, `import a.b as c`. */
  module(file: SourceFile, binding: Binding & { kind: 'import' }): void {
    const dotted = binding.alias.name.text;
    const as = binding.name;
    if (this.#isQuiet(file, dotted)) return this.#writer.hole(file, as, as, dotted);
    const target = this.#moduleNamed(dotted, file);
    if (binding.alias.asName) {
      if (target) this.linkModule(file, as, target);
      else if (isAvailable(dotted))
        this.#writer.steps.push({ op: 'import', module: file.moduleName, as, from: dotted, name: null });
      else this.#writer.hole(file, as, as);
      return;
    }
    const parts = dotted.split('.');
    const root = this.#moduleNamed(parts[0]!, file);
    if (target || root) {
      if (root) this.linkModule(file, as, root);
      for (let i = 1; i < parts.length; i++) {
        const outer = parts.slice(0, i).join('.');
        const inner = parts.slice(0, i + 1).join('.');
        if (this.#writer.claim(outer, parts[i]!))
          this.#writer.steps.push({ op: 'link', module: outer, as: parts[i]!, from: inner, name: null });
      }
      if (!root && this.#writer.claim(file.moduleName, `${as}.`)) {
        this.#writer.steps.push({ op: 'link', module: file.moduleName, as, from: parts[0]!, name: null });
      }
    } else if (isAvailable(dotted)) {
      this.#writer.steps.push({ op: 'import', module: file.moduleName, as, from: parts[0]!, name: null });
      // Only importing a submodule makes it an attribute of its package.
      if (parts.length > 1) this.#writer.importAs(file.moduleName, `_import_${parts.join('_')}`, dotted, null);
    } else this.#writer.hole(file, as, as);
  }

  /** A library that sends nothing is not read, wherever it is installed. */
  #isQuiet(file: SourceFile, dotted: string): boolean {
    const isOwn = this.#writer.program.moduleNamed(dotted.split('.')[0]!, file) !== undefined;
    return !isOwn && !isAvailable(dotted) && this.#writer.isQuietName(dotted);
  }

  #moduleNamed(dotted: string, file: SourceFile): SourceFile | undefined {
    const own = this.#writer.program.moduleNamed(dotted, file);
    if (own) return own;
    const installed = throughEnvironment(this.#writer.program, file, { kind: 'external', name: dotted });
    return installed.kind === 'module' ? installed.file : undefined;
  }

  /** A name of a library. */
  external(file: SourceFile, as: string, dotted: string): void {
    const at = dotted.lastIndexOf('.');
    // Django's geographic fields are not at hand; its plain ones have the same names there.
    const name = dotted.replace(/^django\.contrib\.gis\.db\b/, 'django.db');
    if (!isAvailable(name)) this.#writer.hole(file, as, as, dotted);
    else if (at === -1) this.#writer.steps.push({ op: 'import', module: file.moduleName, as, from: name, name: null });
    else {
      const dot = name.lastIndexOf('.');
      this.#writer.steps.push({
        op: 'import',
        module: file.moduleName,
        as,
        from: name.slice(0, dot),
        name: name.slice(dot + 1),
      });
    }
  }

  /** A name that another module defines. */
  link(file: SourceFile, as: string, target: SourceFile, name: string): void {
    if (target === file && name === as) return;
    const step = { op: 'link', module: file.moduleName, as, from: target.moduleName, name } as const;
    this.#links.add(step);
    this.#writer.need(target, name);
    this.#writer.noteAlias(file, as, target, name);
    this.#links.delete(step);
    this.#writer.steps.push(step);
  }

  /** A name for a module. */
  linkModule(file: SourceFile, as: string, target: SourceFile): void {
    this.#writer.touch(target);
    this.#writer.steps.push({ op: 'link', module: file.moduleName, as, from: target.moduleName, name: null });
  }
}
