import { type Hover, MarkupKind } from 'vscode-languageserver';
import { busyText, hoverText, startingText, unavailableText } from '../../ide/hoverText.ts';
import type { QueryView } from '../../ide/views.ts';
import { RendererUnavailable } from '../../render/renderer.ts';
import { queryLinks } from '../commandLinks.ts';
import type { Handler } from '../handler.ts';
import { GoingOn } from '../within.ts';

/**
 * The SQL of the query under the cursor. It never makes a reader wait: what takes longer goes on, and the next hover
 * has it, unless another one takes longer too.
 */
export const hover: Handler = {
  capabilities: { hoverProvider: true },
  register({ connection, documents, session, client, requests }) {
    const goingOn = new GoingOn();
    connection.onHover(
      requests.handle({
        name: 'hover',
        otherwise: null,
        generation: ({ textDocument }) => documents.get(textDocument.uri)?.version,
        async answer({ textDocument, position }, cancellation): Promise<Hover | null> {
          const document = documents.get(textDocument.uri);
          if (!document || !session.settings.hoverEnabled) return null;
          const started = performance.now();
          const offset = document.offsetAt(position);
          if (!session.engine.hasQueryAt(document.path, offset)) return null;
          const { state, starting } = session.rendererStatus;
          if (state.kind === 'failed' && state.library === null) return text(unavailableText(state.message ?? ''));
          let view: QueryView | null | 'late';
          try {
            // What was worked out before the renderer was asked is part of what the reader waits for.
            const patienceLeft = () => Math.max(leastPatience, patience - (performance.now() - started));
            view = await goingOn.within(patienceLeft, cancellation, (going) =>
              session.engine.queryAt(document.path, offset, going),
            );
          } catch (error) {
            if (error instanceof RendererUnavailable) return text(unavailableText(error.message));
            throw error;
          }
          if (view === null) return null;
          if (view === 'late') return text(starting === null ? busyText : startingText(starting));
          const links = client.options.commandLinks ? queryLinks(document.uri, position) : null;
          return { ...text(hoverText(view, links)), range: document.rangeOf(view.range) };
        },
      }),
    );
  },
};

/** Milliseconds. A cold renderer takes several seconds; a warm one answers in a few milliseconds. */
const patience = 800;

/** What a warm renderer may need at most, also when reading a large workspace took all the time. */
const leastPatience = 200;

function text(value: string): Hover {
  return { contents: { kind: MarkupKind.Markdown, value } };
}
