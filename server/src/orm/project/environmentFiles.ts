import { basename } from '../../base/paths.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import type { Source } from './fact.ts';
import { rank } from './places.ts';

export interface EnvironmentEntry {
  readonly name: string;
  readonly value: string;
  readonly source: Source;
  /** From `.env.example` and the like: a suggestion, not what runs. */
  readonly isExample: boolean;
}

/** Entries of the `.env` files near a file, those that are believed first at the front. */
export function environmentEntries(snapshot: Snapshot, near: string): readonly EnvironmentEntry[] {
  const files = snapshot.projectFiles().filter((path) => /^\.env|\.env$/.test(basename(path)));
  const ranked = rank(snapshot, near, files, (path) => ({ path, weight: weight(basename(path)) }));
  return ranked.flatMap((path) => parse(snapshot.readOther(path) ?? '', path));
}

/** `KEY=value`, with `export`, quotes and comments, as shells and python-dotenv read it. */
function parse(text: string, path: string): EnvironmentEntry[] {
  const isExample = weight(basename(path)) > 1;
  return text.split(/\r\n|\r|\n/).flatMap((line, index) => {
    const match = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*[=:]\s*(?:"([^"]*)"|'([^']*)'|([^#]*?))\s*(?:\s#.*)?$/.exec(
      line,
    );
    if (!match) return [];
    const value = match[2] ?? match[3] ?? match[4] ?? '';
    return [{ name: match[1]!, value, source: { path, line: index + 1 }, isExample }];
  });
}

function weight(name: string): number {
  if (/example|sample|template|dist|default|schema/.test(name)) return 2;
  if (/test|ci\b/.test(name)) return 3;
  return name === '.env' ? 0 : 1;
}
