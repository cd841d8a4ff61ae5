import { type CodeAction, CodeActionKind, type Range, type WorkspaceEdit } from 'vscode-languageserver';
import { fixAll } from '../../ide/fixAll.ts';
import { ignoreFix } from '../../ide/ignoreFix.ts';
import type { Diagnostic as Finding, TextEdit } from '../../ide/views.ts';
import type { Handler, ServerContext } from '../handler.ts';
import type { OpenDocument } from '../openDocument.ts';
import { toDiagnostic } from '../toDiagnostic.ts';
import { isInside } from './diagnostics.ts';

const fixAllKind = `${CodeActionKind.SourceFixAll}.ormsight`;

/** The fixes of what the rules found at a place, and `source.fixAll.ormsight` for the whole document. */
export const codeActions: Handler = {
  capabilities: { codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] } },
  register(context) {
    const { connection, documents, session, requests } = context;
    connection.onCodeAction(
      requests.handle({
        name: 'code actions',
        otherwise: [],
        generation: ({ textDocument }) => documents.get(textDocument.uri)?.version,
        answer({ textDocument, range, context: { only } }): CodeAction[] {
          const document = documents.get(textDocument.uri);
          if (!document) return [];
          const findings = session.diagnosticsOf(document.path).filter((finding) => isInside(finding.range, document));
          const here = findings.filter((finding) => overlap(document.rangeOf(finding.range), range));
          const actions = wants(CodeActionKind.QuickFix, only)
            ? here.flatMap((finding) => fixes(finding, document, context))
            : [];
          // For the whole document only when asked for by kind: it is no fix of this place.
          if (only && wants(fixAllKind, only)) actions.push(...fixWhole(findings, context));
          return actions;
        },
      }),
    );
  },
};

function fixes(finding: Finding, document: OpenDocument, context: ServerContext): CodeAction[] {
  const diagnostic = toDiagnostic(finding, document.rangeOf(finding.range), context);
  const text = context.session.textOf(finding.path);
  const ignore = text === undefined ? null : ignoreFix(finding, text);
  return [...finding.fixes, ...(ignore ? [ignore] : [])].flatMap(({ title, edits, isPreferred }) => {
    const edit = workspaceEdit(edits, context);
    return edit ? [{ title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], isPreferred, edit }] : [];
  });
}

function fixWhole(findings: readonly Finding[], context: ServerContext): CodeAction[] {
  const edits = fixAll(findings);
  const edit = edits.length ? workspaceEdit(edits, context) : null;
  return edit ? [{ title: 'Fix all Ormsight findings', kind: fixAllKind, edit }] : [];
}

/** Whether a kind, or one that includes it, is asked for. */
function wants(kind: string, only: readonly string[] | undefined): boolean {
  return !only || only.some((wanted) => wanted === '' || kind === wanted || kind.startsWith(`${wanted}.`));
}

/** With the versions of open documents, so that a client never applies it to a newer text. Null if a file is gone. */
function workspaceEdit(edits: readonly TextEdit[], { documents, client }: ServerContext): WorkspaceEdit | null {
  const byUri = new Map<string, { version: number | null; edits: { range: Range; newText: string }[] }>();
  for (const { path, range, newText } of edits) {
    const location = documents.locate(path, range);
    if (!location) return null;
    const file = byUri.get(location.uri) ?? { version: location.version, edits: [] };
    file.edits.push({ range: location.range, newText });
    byUri.set(location.uri, file);
  }
  if (!client.hasDocumentChanges) {
    return { changes: Object.fromEntries([...byUri].map(([uri, file]) => [uri, file.edits])) };
  }
  const documentChanges = [...byUri].map(([uri, { version, edits }]) => ({ textDocument: { uri, version }, edits }));
  return { documentChanges };
}

function overlap(a: Range, b: Range): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

function isBefore(a: Range['start'], b: Range['start']): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
