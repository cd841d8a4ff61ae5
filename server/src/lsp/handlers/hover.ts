import { type Hover, MarkupKind } from 'vscode-languageserver';
import { busyText, hoverText, startingText } from '../../ide/hoverText.ts';
import { queryLinks } from '../commandLinks.ts';
import type { Handler } from '../handler.ts';
import { within } from '../within.ts';

/**
 * The SQL of the query under the cursor. It never makes a reader wait: what takes longer goes on, and the next hover
 * has it.
 */
export const hover: Handler = {
  capabilities: { hoverProvider: true },
  register({ connection, documents, session, client, requests }) {
    connection.onHover(
      requests.handle({
        name: 'hover',
        otherwise: null,
        generation: ({ textDocument }) => documents.get(textDocument.uri)?.version,
        async answer({ textDocument, position }): Promise<Hover | null> {
          const document = documents.get(textDocument.uri);
          if (!document || !session.settings.hoverEnabled) return null;
          const offset = document.offsetAt(position);
          if (!session.engine.hasQueryAt(document.path, offset)) return null;
          const view = await within(patience, session.engine.queryAt(document.path, offset));
          if (view === null) return null;
          if (view === 'late') return text(waitingText());
          const links = client.options.commandLinks ? queryLinks(document.uri, position) : null;
          return { ...text(hoverText(view, links)), range: document.rangeOf(view.range) };
        },
      }),
    );

    function waitingText(): string {
      const { kind, library } = session.rendererState;
      return kind === 'starting' && library !== null ? startingText(library) : busyText;
    }
  },
};

/** Milliseconds. A cold renderer takes several seconds; a warm one answers in a few milliseconds. */
const patience = 1200;

function text(value: string): Hover {
  return { contents: { kind: MarkupKind.Markdown, value } };
}
