import { type TextDocument, languages } from 'vscode';

/**
 * The documents we answer for: Python in files, unsaved texts, notebook cells and remote repositories. Others, such as
 * the old side of a comparison, belong to no workspace.
 */
export const documentSelector = ['file', 'untitled', 'vscode-notebook-cell', 'vscode-vfs'].map((scheme) => ({
  scheme,
  language: 'python',
}));

export function isOurs(document: TextDocument): boolean {
  return languages.match(documentSelector, document) > 0;
}
