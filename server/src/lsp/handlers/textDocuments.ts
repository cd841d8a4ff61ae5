import { TextDocumentSyncKind } from 'vscode-languageserver';
import { pathOfUri } from '../convert.ts';
import type { Handler } from '../handler.ts';

/** Texts as they are opened, typed in and closed. */
export const textDocuments: Handler = {
  capabilities: { textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental } },
  register({ connection, documents, session, requests, closedFiles }) {
    connection.onDidOpenTextDocument(({ textDocument }) => {
      documents.open(textDocument);
      closedFiles.opened(pathOfUri(textDocument.uri));
      requests.background('warm up', () => session.warmUp(pathOfUri(textDocument.uri)));
    });
    connection.onDidChangeTextDocument((params) => documents.change(params));
    connection.onDidCloseTextDocument(({ textDocument }) => {
      documents.close(textDocument.uri);
      requests.background('closed file', () => closedFiles.changed([pathOfUri(textDocument.uri)]));
    });
  },
};
