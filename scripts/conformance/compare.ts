import { readFileSync } from 'node:fs';
import { parseModule } from '../../server/src/python/syntax/parser.ts';
import { decodePython } from '../../server/src/workspace/decode.ts';
import type { Answer, Oracle } from './oracles.ts';
import { treeText } from './treeText.ts';

export type Verdict =
  | { readonly kind: 'equal' }
  /** Python rejects the file. `reported` tells whether we do. */
  | { readonly kind: 'rejected'; readonly reported: boolean; readonly error: string }
  | { readonly kind: 'different'; readonly details: string };

/** Compares our tree of a file with Python's. */
export async function compareFile(path: string, oracle: Oracle): Promise<Verdict> {
  const answer = await oracle.ask(path);
  const bytes = readFileSync(path);
  if ('error' in answer) {
    const decoded = decodePython(bytes);
    if ('reason' in decoded) return { kind: 'rejected', reported: true, error: answer.error };
    return compareTree(decoded.text, answer, oracle);
  }
  return compareTree(decode(bytes, answer.encoding), answer, oracle);
}

/** Compares our tree of a text with what `oracle` answered for it. */
export function compareTree(
  text: string,
  answer: Answer,
  { rangesInFStrings }: Pick<Oracle, 'rangesInFStrings'>,
): Verdict {
  const { module, problems } = parseModule(text);
  if ('error' in answer) return { kind: 'rejected', reported: problems.length > 0, error: answer.error };
  if (problems.length > 0) {
    const { start, message } = problems[0]!;
    return { kind: 'different', details: `line ${lineOf(text, start)}: ${message}` };
  }
  const details = firstDifference(treeText(module, rangesInFStrings), answer.tree, text);
  return details === null ? { kind: 'equal' } : { kind: 'different', details };
}

function decode(bytes: Buffer, encoding: string): string {
  if (encoding === 'utf-8' || encoding === 'utf-8-sig') return bytes.toString('utf8');
  return new TextDecoder(encoding === 'iso-8859-1' ? 'latin1' : encoding, { ignoreBOM: true }).decode(bytes);
}

function firstDifference(ours: string, theirs: string, text: string): string | null {
  if (ours === theirs) return null;
  const ourLines = ours.split('\n');
  const theirLines = theirs.split('\n');
  const index = ourLines.findIndex((line, position) => line !== theirLines[position] && !isUndecodedName(line, text));
  if (index < 0 && ourLines.length === theirLines.length) return null;
  const at = index < 0 ? ourLines.length : index;
  const offset =
    ourLines
      .slice(0, at + 1)
      .map(offsetOf)
      .findLast((start) => start !== null) ?? 0;
  return `line ${lineOf(text, offset)}: ours ${JSON.stringify(ourLines[at])}, Python's ${JSON.stringify(theirLines[at])}`;
}

/** Names of characters (`\N{DASH}`) stay undecoded in our strings. */
function isUndecodedName(line: string, text: string): boolean {
  return /^ *str ".*\\\\N\{[\w -]+\}/.test(line) && text.includes('\\N{');
}

function offsetOf(line: string): number | null {
  const range = / (\d+)-\d+$/.exec(line);
  return range === null ? null : Number(range[1]);
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split(/\r\n|\r|\n/).length;
}
