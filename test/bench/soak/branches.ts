import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { GeneratedFile } from '../workspace/file.ts';
import type { Random } from '../../harness/random.ts';

/** What the file watcher tells of one file: created 1, changed 2, deleted 3. */
export interface FileEvent {
  readonly uri: string;
  readonly type: 1 | 2 | 3;
}

/** Two branches of a generated workspace that differ in thousands of files. */
export class Branches {
  readonly #folder: string;
  readonly #differences: readonly Difference[];
  #isOther = false;

  /** Files that are open in the editor stay as they are. */
  constructor(folder: string, files: readonly GeneratedFile[], open: ReadonlySet<string>, random: Random) {
    this.#folder = folder;
    this.#differences = files
      .filter(({ path, kind }) => kind !== 'project' && !open.has(join(folder, path)) && random.chance(0.75))
      .map((file) => ({ file, other: otherVersion(file, random) }));
  }

  /** Checks the other branch out. Gives the events of the watcher, in packages as it sends them. */
  async switch(): Promise<FileEvent[][]> {
    this.#isOther = !this.#isOther;
    const events: FileEvent[] = [];
    for (const { file, other } of this.#differences) {
      const path = join(this.#folder, file.path);
      const [before, after] = this.#isOther ? [file.text, other] : [other, file.text];
      if (after === null) await rm(path);
      else {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, after);
      }
      events.push({ uri: pathToFileURL(path).href, type: before === null ? 1 : after === null ? 3 : 2 });
    }
    return Array.from({ length: Math.ceil(events.length / 500) }, (_, i) => events.slice(i * 500, (i + 1) * 500));
  }
}

interface Difference {
  readonly file: GeneratedFile;
  /** Null when it is missing on the other branch. */
  readonly other: string | null;
}

/** A file as somebody else wrote it: a test less, a field more, a number or a comment changed. */
function otherVersion({ text, kind }: GeneratedFile, random: Random): string | null {
  if (kind === 'test' && random.chance(0.1)) return null;
  const changed = kind === 'models' ? withField(text) : random.chance(0.3) ? withOtherNumber(text) : text;
  return changed === text ? `${text}\n\n# Reviewed on the other branch, remark ${random.between(1, 9999)}.\n` : changed;
}

/** In its first model. */
function withField(text: string): string {
  const field = /^ {4}status(: Mapped\[str\])? = (.*)$/m;
  return text.replace(
    field,
    (line, typed: string | undefined, value: string) => `${line}\n    stage${typed ?? ''} = ${value}`,
  );
}

function withOtherNumber(text: string): string {
  return text.replace(/ (\d+)$/m, (_, number: string) => ` ${Number(number) + 1}`);
}
