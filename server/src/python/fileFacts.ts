import { decodeClasses, scanClasses, scanRebound, type ScannedClass } from './classScan.ts';
import { decodeImports, scanImports, type ScannedImport } from './importScan.ts';
import { editBetween } from './syntax/edit.ts';
import { encodeWords, WordFilter } from './wordFilter.ts';

/** The form in which facts travel between threads and lie on disk. */
export type EncodedFacts = readonly [imports: string, classes: string, rebound: string, words: string];

/** Counts up when what `scanFacts` gives for a text changes: facts of another format are made anew. */
export const factsFormat = 2;

/**
 * What is known of a file without parsing it: whom it imports, what its classes are called and inherit from, which words
 * it may hold. A pure function of its text; enough to find the few files that are worth parsing.
 */
export class FileFacts {
  /** The same text as long as the imports are the same. */
  readonly importKey: string;
  /** The same text as long as the headers of the classes are the same, and the names that are assigned anew. */
  readonly classKey: string;
  readonly #classText: string;
  readonly #reboundText: string;
  /** The words of a text, or the text itself: looking into it is faster than collecting its words for one look. */
  readonly #words: string | { readonly text: string };
  #imports: readonly ScannedImport[] | undefined;
  #classes: readonly ScannedClass[] | undefined;
  #rebound: ReadonlySet<string> | undefined;
  #filter: WordFilter | undefined;

  /** Of a text that is being typed: its words are not collected, since the next key makes them old. */
  static of(text: string): FileFacts {
    const [imports, classes, rebound] = scanNames(text);
    return new FileFacts([imports, classes, rebound, { text }]);
  }

  constructor([imports, classes, rebound, words]: EncodedFacts | [...ScannedNames, { readonly text: string }]) {
    this.importKey = imports;
    this.classKey = rebound === '' ? classes : `${classes}${rebound}`;
    this.#classText = classes;
    this.#reboundText = rebound;
    this.#words = words;
  }

  get imports(): readonly ScannedImport[] {
    return (this.#imports ??= decodeImports(this.importKey));
  }

  get classes(): readonly ScannedClass[] {
    return (this.#classes ??= decodeClasses(this.#classText));
  }

  /** Names of classes and imports that are assigned to as well. */
  get rebound(): ReadonlySet<string> {
    return (this.#rebound ??= new Set(this.#reboundText === '' ? [] : this.#reboundText.split(' ')));
  }

  /** The text, as long as its words are not collected. */
  get text(): string | undefined {
    return typeof this.#words === 'string' ? undefined : this.#words.text;
  }

  /** False when the text surely does not hold `piece`: it begins and ends at the edge of a word, as in `create_engine`. */
  mayMention(piece: string): boolean {
    if (typeof this.#words !== 'string') return this.#words.text.includes(piece);
    return (this.#filter ??= new WordFilter(this.#words)).mayHold(piece);
  }
}

/**
 * Tells of words whether two versions of a file may mention the same of them. Of a text that is being typed only the
 * lines that changed can make a difference: the rest is not searched for each word at each key.
 */
export function sameMentions(a: FileFacts, b: FileFacts): (word: string) => boolean {
  const changed = changedLines(a.text, b.text);
  return (word) => changed?.every((lines) => !lines.includes(word)) || a.mayMention(word) === b.mayMention(word);
}

/** O(text): a small part of what parsing costs. */
export function scanFacts(text: string): EncodedFacts {
  return [...scanNames(text), encodeWords(text)];
}

type ScannedNames = [imports: string, classes: string, rebound: string];

function scanNames(source: string): ScannedNames {
  // Python ends a line at a carriage return alone, too.
  const text = /\r(?!\n)/.test(source) ? source.replaceAll(/\r\n?/g, '\n') : source;
  const imports = scanImports(text);
  const classes = scanClasses(text);
  return [imports, classes, scanRebound(text, namesIn(imports, classes))];
}

function namesIn(imports: string, classes: string): (name: string) => boolean {
  if (imports === '' && classes === '') return () => false;
  const names = new Set<string>();
  for (const { module, names: imported, asName } of decodeImports(imports)) {
    if (imported) for (const { as } of imported) names.add(as);
    else names.add(asName ?? module.split('.', 1)[0]!);
  }
  for (const { name } of decodeClasses(classes)) names.add(name);
  return (name) => names.has(name);
}

/** What is not the same in two texts, in whole lines of each, since no word reaches over a line. */
function changedLines(a: string | undefined, b: string | undefined): readonly string[] | null {
  if (a === undefined || b === undefined) return null;
  const { start, oldEnd } = editBetween(a, b);
  const from = start === 0 ? 0 : a.lastIndexOf('\n', start - 1) + 1;
  const end = a.indexOf('\n', oldEnd);
  const behind = end < 0 ? 0 : a.length - end;
  return [a.slice(from, a.length - behind), b.slice(from, b.length - behind)];
}

/** Of a file that has no text. */
export const noFacts = new FileFacts(scanFacts(''));
