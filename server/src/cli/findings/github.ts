import type { JsonFinding } from './json.ts';

const commands: Readonly<Record<JsonFinding['severity'], string>> = {
  error: 'error',
  warning: 'warning',
  information: 'notice',
  hint: 'notice',
};

/**
 * Annotations of GitHub Actions
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-a-warning-message).
 */
export function printGithub(findings: readonly JsonFinding[]): string {
  return findings
    .map(({ file, range: { start, end }, rule, severity, message }) => {
      const place = [
        `file=${property(file)}`,
        `line=${start.line + 1}`,
        `endLine=${end.line + 1}`,
        `col=${start.character + 1}`,
        `endColumn=${end.character + 1}`,
        `title=${property(rule)}`,
      ];
      return `::${commands[severity]} ${place.join(',')}::${escaped(message)}\n`;
    })
    .join('');
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
