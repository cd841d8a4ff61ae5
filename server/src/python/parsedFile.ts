import { LineIndex } from '../base/text.ts';
import { bindModule } from './binder.ts';
import type { Module, ParsedModule } from './syntax/nodes.ts';
import { parseModule } from './syntax/parser.ts';
import { reparse } from './syntax/reparse.ts';
import type { Scope, SourceFile } from './types.ts';

/** Parsed from the tree of an older version when there is one, which costs no more than what was edited. */
export class ParsedFile implements SourceFile {
  readonly path: string;
  readonly text: string;
  readonly moduleName: string;
  readonly isPackage: boolean;
  #parsed: ParsedModule | undefined;
  #lines: LineIndex | undefined;
  #scope: Scope | undefined;

  /** What is made of `previous`, an older version of the file, is used up; it makes its own again if it must. */
  constructor(path: string, text: string, moduleName: string, previous?: ParsedFile) {
    this.path = path;
    this.text = text;
    this.moduleName = moduleName;
    this.isPackage = /(^|\/)__init__\.pyi?$/.test(path);
    if (!previous || !previous.#parsed) {
      this.#parsed = parseModule(text);
      return;
    }
    this.#parsed = reparse(previous.#parsed, previous.text, text);
    if (previous.#scope) this.#scope = bindModule(this.#parsed.module, previous.#scope);
    previous.#parsed = undefined;
    previous.#scope = undefined;
  }

  get parsed(): ParsedModule {
    return (this.#parsed ??= parseModule(this.text));
  }

  get module(): Module {
    return this.parsed.module;
  }

  get lines(): LineIndex {
    return (this.#lines ??= new LineIndex(this.text));
  }

  get scope(): Scope {
    return (this.#scope ??= bindModule(this.module));
  }
}
