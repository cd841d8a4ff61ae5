import { rules } from '../../rules/index.ts';
import type { JsonFinding, JsonRange } from './json.ts';

/** SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), what code hosts show beside a change. */
export function printSarif(findings: readonly JsonFinding[], version: string): string {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Ormsight',
            semanticVersion: version,
            rules: rules.map(({ id, summary, severity, isOnByDefault }) => ({
              id,
              shortDescription: { text: `${summary}.` },
              defaultConfiguration: { level: levels[severity], enabled: isOnByDefault },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map(resultOf),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const levels: Readonly<Record<JsonFinding['severity'], string>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

function resultOf({ file, range, rule, severity, message, related, fixes }: JsonFinding): object {
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ id }) => id === rule),
    level: levels[severity],
    message: { text: message },
    locations: [{ physicalLocation: physical(file, range) }],
    relatedLocations: related.map((place, id) => ({
      id,
      physicalLocation: physical(place.file, place.range),
      message: { text: place.message },
    })),
    fixes: fixes.map(({ title, edits }) => ({
      description: { text: title },
      artifactChanges: [...new Set(edits.map((edit) => edit.file))].map((changed) => ({
        artifactLocation: artifact(changed),
        replacements: edits
          .filter((edit) => edit.file === changed)
          .map((edit) => ({ deletedRegion: region(edit.range), insertedContent: { text: edit.newText } })),
      })),
    })),
  };
}

function physical(file: string, range: JsonRange): object {
  return { artifactLocation: artifact(file), region: region(range) };
}

function artifact(file: string): object {
  return { uri: file.split('/').map(encodeURIComponent).join('/') };
}

function region({ start, end }: JsonRange): object {
  return {
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}
