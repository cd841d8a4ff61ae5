import { CancellationError, CancellationTokenSource, type Disposable, l10n, window, workspace } from 'vscode';
import { queryAt } from '../../../../server/src/protocol/query.ts';
import { type RendererState, rendererState } from '../../../../server/src/protocol/renderer.ts';
import { targetsChanged } from '../../../../server/src/protocol/target.ts';
import { isOurs } from '../../documents.ts';
import type { LanguageServer } from '../../languageClient.ts';
import { type Place, cursorPlace, documentPosition } from '../../platform/cursor.ts';
import { settings } from '../../platform/settings.ts';
import { PreviewDocument } from './document.ts';
import { answered, emptyPreview, isStale, type PreviewState, previewText, renewing } from './previewState.ts';

/** Follows the cursor and asks the server for the query there, one question at a time. */
export class SqlPreview implements Disposable {
  readonly #server: LanguageServer;
  readonly #document = new PreviewDocument();
  readonly #parts: readonly Disposable[];
  #state: PreviewState = emptyPreview;
  /** What the next question is about. */
  #place: Place | null = null;
  #question: CancellationTokenSource | null = null;
  #timer: NodeJS.Timeout | null = null;
  #renderer: RendererState | null = null;

  constructor(server: LanguageServer) {
    this.#server = server;
    server.onNotification(targetsChanged, () => this.#askSoon());
    server.onNotification(rendererState, (state) => {
      this.#renderer = state;
      this.#show();
    });
    this.#parts = [
      this.#document,
      window.onDidChangeActiveTextEditor(() => this.#follow()),
      window.onDidChangeTextEditorSelection(
        ({ textEditor }) => textEditor === window.activeTextEditor && this.#follow(),
      ),
      workspace.onDidChangeTextDocument(({ document }) => isOurs(document) && this.#askSoon()),
      this.#document.onDidBecomeVisible(() => this.#follow()),
      server.onDidChangeState(() => this.#askSoon()),
    ];
  }

  /** Opens the preview beside the code, for a given place or for the cursor. */
  async open(place: Place | null): Promise<void> {
    this.#place = place ?? cursorPlace() ?? this.#place;
    this.#show();
    await this.#document.show();
    await this.#ask();
  }

  dispose(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#question?.cancel();
    for (const part of this.#parts) part.dispose();
  }

  #follow(): void {
    const place = cursorPlace();
    if (!place || !settings.previewFollowsCursor()) return;
    this.#place = place;
    this.#askSoon();
  }

  /** Once for a burst of events: typing a character is a change of the text and of the selection. */
  #askSoon(): void {
    if (!this.#place || !this.#document.isVisible) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.#ask();
    }, burst);
  }

  async #ask(): Promise<void> {
    const place = this.#place;
    if (!place) return;
    this.#question?.cancel();
    const question = new CancellationTokenSource();
    this.#question = question;
    const slow = setTimeout(() => this.#set(renewing(this.#state)), noticeable);
    try {
      const query = await this.#server.request(queryAt, documentPosition(place), question.token);
      if (this.#question === question) this.#set(answered(this.#state, query, nameOf(place, query?.range.start.line)));
    } catch (error) {
      // Cancelled by the next question, or the text changed under it; then a change event asks again.
      if (!(error instanceof CancellationError)) throw error;
    } finally {
      clearTimeout(slow);
      question.dispose();
    }
  }

  #set(state: PreviewState): void {
    this.#state = state;
    this.#show();
  }

  #show(): void {
    const state = { ...this.#state, notice: this.#notice() };
    this.#document.set(
      previewText(state, (message, ...values) => l10n.t(message, ...values)),
      isStale(state) || (state.notice !== null && state.query !== null),
    );
  }

  /** What the reader waits for, when it is not our question alone. */
  #notice(): string | null {
    if (this.#server.state === 'failed') return l10n.t('The language server of Ormsight does not run.');
    if (this.#state.phase !== 'renewing') return null;
    if (this.#server.state !== 'running') return l10n.t('Starting Ormsight …');
    if (this.#renderer?.kind === 'starting') return l10n.t('Starting {0} …', this.#renderer.library ?? '');
    return null;
  }
}

/** Milliseconds in which events count as one. */
const burst = 40;

/** Milliseconds after which a reader would wonder: from then on the SQL shown is marked as old. */
const noticeable = 120;

/** A notebook's cell goes by the name of its notebook. */
function nameOf({ uri, position }: Place, line = position.line): string {
  const file = uri.scheme === 'vscode-notebook-cell' ? uri.with({ scheme: 'file', fragment: '' }) : uri;
  return `${workspace.asRelativePath(file)}:${line + 1}`;
}
