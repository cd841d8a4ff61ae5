import type {
  DidChangeNotebookDocumentParams,
  DidOpenNotebookDocumentParams,
  TextDocumentItem,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { hideMagics } from './magics.ts';
import { OpenDocument } from './openDocument.ts';

/** An open notebook. Its Python cells, joined in their order, are one module. */
export class Notebook {
  readonly uri: string;
  readonly path: string;
  /** Addresses of all Python cells, in their order. */
  #order: string[];
  readonly #texts = new Map<string, TextDocument>();
  #cells: readonly OpenDocument[] = [];
  #module = '';

  constructor(path: string, { notebookDocument, cellTextDocuments }: DidOpenNotebookDocumentParams) {
    this.uri = notebookDocument.uri;
    this.path = path;
    this.#order = notebookDocument.cells.map((cell) => cell.document);
    this.#open(cellTextDocuments);
    this.#join();
  }

  /** The module, without what only IPython understands; as long as the cells with a line break after each. */
  get module(): string {
    return this.#module;
  }

  get cells(): readonly OpenDocument[] {
    return this.#cells;
  }

  change({ structure, textContent = [] }: CellChanges): void {
    if (structure) {
      const { start, deleteCount, cells = [] } = structure.array;
      this.#order.splice(start, deleteCount, ...cells.map((cell) => cell.document));
      for (const { uri } of structure.didClose ?? []) this.#texts.delete(uri);
      this.#open(structure.didOpen ?? []);
    }
    for (const { document, changes } of textContent) {
      const text = this.#texts.get(document.uri);
      if (text) TextDocument.update(text, changes, document.version);
    }
    this.#join();
  }

  /** The cell in which an offset of the module stands. */
  cellAt(offset: number): OpenDocument | undefined {
    return this.#cells.findLast((cell) => cell.start <= offset) ?? this.#cells[0];
  }

  #open(items: readonly TextDocumentItem[]): void {
    for (const { uri, languageId, version, text } of items) {
      if (languageId === 'python') this.#texts.set(uri, TextDocument.create(uri, languageId, version, text));
    }
  }

  #join(): void {
    const cells: OpenDocument[] = [];
    let module = '';
    for (const uri of this.#order) {
      const document = this.#texts.get(uri);
      if (!document) continue;
      const text = document.getText();
      cells.push(new OpenDocument({ uri, version: document.version, path: this.path, text, start: module.length }));
      module += `${hideMagics(text)}\n`;
    }
    this.#cells = cells;
    this.#module = module;
  }
}

type CellChanges = NonNullable<DidChangeNotebookDocumentParams['change']['cells']>;
