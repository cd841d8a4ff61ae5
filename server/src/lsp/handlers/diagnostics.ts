import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type Diagnostic,
  DiagnosticSeverity,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
} from 'vscode-languageserver';
import type { Diagnostic as Finding, Severity } from '../../ide/views.ts';
import type { Handler, ServerContext } from '../handler.ts';
import type { OpenDocument } from '../openDocument.ts';

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
            .map((finding) => toDiagnostic(finding, document, context));
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

export function toDiagnostic(finding: Finding, document: OpenDocument, context: ServerContext): Diagnostic {
  const page = rulePage(finding.rule, context.paths.docs);
  return {
    range: document.rangeOf(finding.range),
    severity: severities[finding.severity],
    source: 'Ormsight',
    code: finding.rule,
    ...(page !== null && { codeDescription: { href: page } }),
    message: finding.message,
    relatedInformation: finding.related.flatMap(({ path, range, message }) => {
      const location = context.documents.locate(path, range);
      return location ? [{ location: { uri: location.uri, range: location.range }, message }] : [];
    }),
    data: { rule: finding.rule, fixes: finding.fixes.map(({ title }) => title) },
  };
}

const severities: Record<Severity, DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** The result id is a hash of the content: the same findings have the same id, whatever was typed in between. */
function full(items: Diagnostic[]): DocumentDiagnosticReport & { readonly resultId: string } {
  const resultId = createHash('sha1').update(JSON.stringify(items)).digest('base64url');
  return { kind: DocumentDiagnosticReportKind.Full, resultId, items };
}

const pages = new Map<string, string | null>();

/** The page that explains a rule; null when the installation has none. */
function rulePage(rule: string, docs: string): string | null {
  let page = pages.get(rule);
  if (page === undefined) {
    const file = join(docs, 'rules', `${rule}.md`);
    page = existsSync(file) ? pathToFileURL(file).href : null;
    pages.set(rule, page);
  }
  return page;
}
