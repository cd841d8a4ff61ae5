import type { LegacyApi } from '../orm/use/legacyApi.ts';
import { defineRule, type Severity } from './rule.ts';

export const legacy1xApi = defineRule({
  id: 'legacy-1x-api',
  severity: 'information',
  summary: 'Something of SQLAlchemy 1.x that 2.0 took away, or warns of',
  isOnByDefault: true,
  inTests: false,
  check({ file, uses }, report) {
    for (const legacy of uses.legacyApis()) {
      const severity = severityOf(legacy);
      if (severity === null) continue;
      const { range, what, instead, kind, edits } = legacy;
      report({
        range: { start: range.start, end: range.end },
        message:
          kind === 'removed'
            ? `SQLAlchemy 2.0 no longer takes ${what}: use ${instead}`
            : `SQLAlchemy 2.0 warns of ${what}: use ${instead}`,
        severity,
        fixes:
          edits.length > 0
            ? [
                {
                  title: 'Write it the new way',
                  edits: edits.map((edit) => ({
                    path: file.path,
                    range: { start: edit.range.start, end: edit.range.end },
                    newText: edit.newText,
                  })),
                  isPreferred: true,
                },
              ]
            : [],
      });
    }
  },
});

/** An error where it raises; where the project does not say what it has, advice; nothing where it allows 1.x. */
function severityOf({ kind, release }: LegacyApi): Severity | null {
  if (release === 'no') return null;
  if (kind === 'deprecated') return release === 'yes' ? 'information' : null;
  return release === 'yes' ? 'error' : 'information';
}
