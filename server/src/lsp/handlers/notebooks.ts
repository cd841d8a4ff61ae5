import { pathOfUri } from '../convert.ts';
import type { Handler } from '../handler.ts';

/** Notebooks as they are opened, changed and closed; their Python cells are one module. */
export const notebooks: Handler = {
  capabilities: { notebookDocumentSync: { notebookSelector: [{ cells: [{ language: 'python' }] }] } },
  register({ connection, documents, session, requests }) {
    const { synchronization } = connection.notebooks;
    synchronization.onDidOpenNotebookDocument((params) => {
      documents.openNotebook(params);
      requests.background('warm up', () => session.warmUp(pathOfUri(params.notebookDocument.uri)));
    });
    synchronization.onDidChangeNotebookDocument((params) => documents.changeNotebook(params));
    synchronization.onDidCloseNotebookDocument(({ notebookDocument }) => documents.closeNotebook(notebookDocument.uri));
  },
};
