import {
  type Disposable,
  type Event,
  EventEmitter,
  Range,
  type TextDocumentContentProvider,
  Uri,
  ViewColumn,
  window,
  workspace,
} from 'vscode';

/** The one read-only document of the preview. Its name is the language's: see `languages` in package.json. */
const uri = Uri.from({ scheme: 'ormsight-sql', path: '/SQL Preview' });

/** A virtual document whose text we set; dimmed below its first line when that text is old. */
export class PreviewDocument implements Disposable {
  readonly #changed = new EventEmitter<Uri>();
  readonly #becameVisible = new EventEmitter<void>();
  readonly #dimmed = window.createTextEditorDecorationType({ opacity: '0.5', isWholeLine: true });
  readonly #parts: readonly Disposable[];
  #text = '';
  #isDimmed = false;
  #wasVisible = false;

  constructor() {
    const provider: TextDocumentContentProvider = {
      onDidChange: this.#changed.event,
      provideTextDocumentContent: () => this.#text,
    };
    this.#parts = [
      workspace.registerTextDocumentContentProvider(uri.scheme, provider),
      // Decorations belong to the text that was there when they were set.
      workspace.onDidChangeTextDocument(({ document }) => isPreview(document.uri) && this.#decorate()),
      window.onDidChangeVisibleTextEditors(() => {
        this.#decorate();
        const isNew = this.isVisible && !this.#wasVisible;
        this.#wasVisible = this.isVisible;
        if (isNew) this.#becameVisible.fire();
      }),
    ];
  }

  /** Its tab is opened, or is in front again. */
  get onDidBecomeVisible(): Event<void> {
    return this.#becameVisible.event;
  }

  get isVisible(): boolean {
    return window.visibleTextEditors.some(({ document }) => isPreview(document.uri));
  }

  set(text: string, isDimmed: boolean): void {
    this.#isDimmed = isDimmed;
    this.#decorate();
    if (text === this.#text) return;
    this.#text = text;
    this.#changed.fire(uri);
  }

  async show(): Promise<void> {
    const document = await workspace.openTextDocument(uri);
    const shown = window.visibleTextEditors.find((editor) => isPreview(editor.document.uri));
    const viewColumn = shown?.viewColumn ?? ViewColumn.Beside;
    await window.showTextDocument(document, { viewColumn, preserveFocus: true, preview: false });
  }

  dispose(): void {
    for (const part of [...this.#parts, this.#changed, this.#becameVisible, this.#dimmed]) part.dispose();
  }

  #decorate(): void {
    for (const editor of window.visibleTextEditors) {
      if (!isPreview(editor.document.uri)) continue;
      const body = new Range(1, 0, Math.max(1, editor.document.lineCount - 1), 0);
      editor.setDecorations(this.#dimmed, this.#isDimmed ? [body] : []);
    }
  }
}

export function isPreview(other: Uri): boolean {
  return other.scheme === uri.scheme;
}
