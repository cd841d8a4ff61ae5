import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Diagnostic, DiagnosticSeverity, type Range } from 'vscode-languageserver';
import type { Diagnostic as Finding, Severity } from '../ide/views.ts';
import type { Documents } from './documents.ts';
import type { ServerPaths } from './session.ts';

/** A finding as the protocol wants it, at a place in its document. */
export function toDiagnostic(
  finding: Finding,
  range: Range,
  { documents, paths }: { readonly documents: Documents; readonly paths: ServerPaths },
): Diagnostic {
  const page = rulePage(finding.rule, paths.docs);
  return {
    range,
    severity: severities[finding.severity],
    source: 'Ormsight',
    code: finding.rule,
    ...(page !== null && { codeDescription: { href: page } }),
    message: finding.message,
    relatedInformation: finding.related.flatMap(({ path, range, message }) => {
      const location = documents.locate(path, range);
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
