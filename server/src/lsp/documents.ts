import type {
  DidChangeNotebookDocumentParams,
  DidChangeTextDocumentParams,
  DidOpenNotebookDocumentParams,
  Location,
  TextDocumentItem,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { LineIndex, type TextRange } from '../base/text.ts';
import { pathOfUri, toRange, uriOfPath } from './convert.ts';
import { Notebook } from './notebook.ts';
import { OpenDocument } from './openDocument.ts';

/** Where unsaved texts go, and where the texts of other files come from. */
export interface Texts {
  /** Null when the editor lets go of it: from now on the file on disk counts, if there is one. */
  change(path: string, text: string | null): void;
  textOf(path: string): string | undefined;
}

/** What the editor has open: texts, and notebooks. Unknown addresses and changes of closed documents are ignored. */
export class Documents {
  readonly #texts: Texts;
  readonly #documents = new Map<string, TextDocument>();
  readonly #notebooks = new Map<string, Notebook>();
  /** Texts and notebook cells, by the client's address. */
  readonly #open = new Map<string, OpenDocument>();
  /** The client's address of each open text and notebook, by the engine's path. */
  readonly #uris = new Map<string, string>();
  /** The closed file that was pointed into last. */
  #located: { readonly path: string; readonly text: string; readonly lines: LineIndex } | null = null;
  #generation = 0;

  constructor(texts: Texts) {
    this.#texts = texts;
  }

  /** Grows with every change. */
  get generation(): number {
    return this.#generation;
  }

  get(uri: string): OpenDocument | undefined {
    return this.#open.get(uri);
  }

  /** Whether an editor has this file open, as a text or as a notebook. */
  isOpen(path: string): boolean {
    return this.#uris.has(path);
  }

  all(): Iterable<OpenDocument> {
    return this.#open.values();
  }

  open({ uri, languageId, version, text }: TextDocumentItem): void {
    this.#documents.set(uri, TextDocument.create(uri, languageId, version, text));
    this.#publish(uri);
  }

  change({ textDocument: { uri, version }, contentChanges }: DidChangeTextDocumentParams): void {
    const document = this.#documents.get(uri);
    if (!document) return;
    TextDocument.update(document, contentChanges, version);
    this.#publish(uri);
  }

  close(uri: string): void {
    if (!this.#documents.delete(uri)) return;
    this.#open.delete(uri);
    this.#withdraw(pathOfUri(uri));
  }

  openNotebook(params: DidOpenNotebookDocumentParams): void {
    const { uri } = params.notebookDocument;
    this.#notebooks.set(uri, new Notebook(pathOfUri(uri), params));
    this.#publishNotebook(uri, []);
  }

  changeNotebook({ notebookDocument: { uri }, change: { cells } }: DidChangeNotebookDocumentParams): void {
    const notebook = this.#notebooks.get(uri);
    if (!notebook || !cells) return;
    const before = notebook.cells;
    notebook.change(cells);
    this.#publishNotebook(uri, before);
  }

  closeNotebook(uri: string): void {
    const notebook = this.#notebooks.get(uri);
    if (!notebook) return;
    this.#notebooks.delete(uri);
    for (const cell of notebook.cells) this.#open.delete(cell.uri);
    this.#withdraw(notebook.path);
  }

  /** Where a piece of a file stands for the client; undefined when the file cannot be read. */
  locate(path: string, range: TextRange): (Location & { readonly version: number | null }) | undefined {
    const uri = this.#uris.get(path) ?? uriOfPath(path);
    const notebook = this.#notebooks.get(uri);
    const open = notebook ? notebook.cellAt(range.start) : this.#open.get(uri);
    if (open) return { uri: open.uri, range: open.rangeOf(range), version: open.version };
    if (notebook) return undefined;
    const text = this.#texts.textOf(path);
    return text === undefined ? undefined : { uri, range: toRange(range, this.#linesOf(path, text)), version: null };
  }

  /** Findings of one file often point into the same other file. */
  #linesOf(path: string, text: string): LineIndex {
    if (this.#located?.path !== path || this.#located.text !== text)
      this.#located = { path, text, lines: new LineIndex(text) };
    return this.#located.lines;
  }

  #publish(uri: string): void {
    const document = this.#documents.get(uri)!;
    const path = pathOfUri(uri);
    const text = document.getText();
    this.#open.set(uri, new OpenDocument({ uri, version: document.version, path, text, start: 0 }));
    this.#tell(path, uri, text);
  }

  #publishNotebook(uri: string, before: readonly OpenDocument[]): void {
    const { path, cells, module } = this.#notebooks.get(uri)!;
    for (const cell of before) this.#open.delete(cell.uri);
    for (const cell of cells) this.#open.set(cell.uri, cell);
    this.#tell(path, uri, module);
  }

  #tell(path: string, uri: string, text: string): void {
    this.#generation++;
    this.#uris.set(path, uri);
    this.#texts.change(path, text);
  }

  #withdraw(path: string): void {
    this.#generation++;
    this.#uris.delete(path);
    this.#texts.change(path, null);
  }
}
