import type { CodeLens } from 'vscode-languageserver';
import { showStatements, type StatementsArgument } from '../../protocol/commands.ts';
import type { Handler } from '../handler.ts';
import { isInside } from './diagnostics.ts';

/**
 * How many statements a function sends, above it, when the user wants to know. Not left to `resolve`: a lens that then
 * turns out to have nothing to say would leave an empty line, and what was counted before is kept.
 */
export const codeLens: Handler = {
  capabilities: { codeLensProvider: {} },
  register({ connection, documents, session, requests }) {
    connection.onCodeLens(
      requests.handle({
        name: 'code lens',
        otherwise: [],
        generation: ({ textDocument }) => documents.get(textDocument.uri)?.version,
        async answer({ textDocument }, cancellation): Promise<CodeLens[]> {
          const document = documents.get(textDocument.uri);
          if (!document || !session.settings.codeLensEnabled) return [];
          const functions = await session.engine.statementsIn(document.path, cancellation);
          return functions
            .filter(({ range }) => isInside(range, document))
            .map(({ range, text, places }) => ({
              range: document.rangeOf(range),
              command: { title: text, command: showStatements, arguments: [argumentOf(places)] },
            }));
        },
      }),
    );

    function argumentOf(
      places: Awaited<ReturnType<typeof session.engine.statementsIn>>[number]['places'],
    ): StatementsArgument {
      return {
        places: places.flatMap(({ path, range, times }) => {
          const location = documents.locate(path, range);
          return location ? [{ uri: location.uri, range: location.range, times }] : [];
        }),
      };
    }
  },
};
