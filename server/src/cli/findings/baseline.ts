import { readFileSync } from 'node:fs';
import { CliError } from '../commandLine.ts';
import type { JsonFinding } from './json.ts';

/** What an earlier `--format json` printed. Findings are told by file, rule and message: lines may have moved since. */
export class Baseline {
  readonly #known = new Map<string, number>();

  /** Throws `CliError` when the file cannot be read or is no such output. */
  constructor(path: string) {
    for (const finding of readBaseline(path)) {
      const key = keyOf(finding);
      this.#known.set(key, (this.#known.get(key) ?? 0) + 1);
    }
  }

  /** The findings it does not hold; of several that are alike, as many are passed over as there were. */
  without(findings: readonly JsonFinding[]): readonly JsonFinding[] {
    const left = new Map(this.#known);
    return findings.filter((finding) => {
      const key = keyOf(finding);
      const count = left.get(key) ?? 0;
      left.set(key, count - 1);
      return count <= 0;
    });
  }
}

type Known = Pick<JsonFinding, 'file' | 'rule' | 'message'>;

function keyOf({ file, rule, message }: Known): string {
  return JSON.stringify([file, rule, message]);
}

function readBaseline(path: string): readonly Known[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new CliError(`${path}: ${isMissing ? 'there is no such baseline' : 'the baseline cannot be read'}`);
  }
  if (!Array.isArray(content) || !content.every(isKnown))
    throw new CliError(`${path}: a baseline is what ormsight check --format json printed`);
  return content;
}

function isKnown(value: unknown): value is Known {
  const finding = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  return ['file', 'rule', 'message'].every((name) => typeof finding[name] === 'string');
}
