import { createHash } from 'node:crypto';
import { type Diagnostic, type DocumentDiagnosticReport, DocumentDiagnosticReportKind } from 'vscode-languageserver';
import type { Diagnostic as Finding } from '../../ide/views.ts';
import type { Handler } from '../handler.ts';
import type { OpenDocument } from '../openDocument.ts';
import { toDiagnostic } from '../toDiagnostic.ts';

/** What the rules found, pulled by the client; `unchanged` when it has that already. */
export const diagnostics: Handler = {
  capabilities: {
    diagnosticProvider: { identifier: 'ormsight', interFileDependencies: true, workspaceDiagnostics: false },
  },
  register(context) {
    const { connection, documents, session, requests } = context;
    connection.languages.diagnostics.on(
      requests.handle({
        name: 'diagnostics',
        otherwise: full([]),
        answer({ textDocument, previousResultId }): DocumentDiagnosticReport {
          const document = documents.get(textDocument.uri);
          if (!document) return full([]);
          const items = session
            .diagnosticsOf(document.path)
            .filter(({ range }) => isInside(range, document))
            .map((finding) => toDiagnostic(finding, document.rangeOf(finding.range), context));
          const report = full(items);
          return report.resultId === previousResultId
            ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId: previousResultId }
            : report;
        },
      }),
    );
  },
};

/** Whether a finding stands in this cell of a notebook. */
export function isInside({ start }: Finding['range'], { range }: OpenDocument): boolean {
  return range.start <= start && start <= range.end;
}

/** The result id is a hash of the content: the same findings have the same id, whatever was typed in between. */
function full(items: Diagnostic[]): DocumentDiagnosticReport & { readonly resultId: string } {
  const resultId = createHash('sha1').update(JSON.stringify(items)).digest('base64url');
  return { kind: DocumentDiagnosticReportKind.Full, resultId, items };
}
