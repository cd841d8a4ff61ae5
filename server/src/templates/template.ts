/**
 * Templates of Django and of Jinja, as far as both are alike: which values a page reads, in which loops. What a tag means
 * that is not here is not known; its arguments are read all the same.
 * Sources: https://docs.djangoproject.com/en/stable/ref/templates/language/, https://jinja.palletsprojects.com/en/stable/templates/
 */
import type { TextRange } from '../base/text.ts';

/** `book.author.name` of `{{ book.author.name|upper }}`. */
export interface TemplatePath extends TextRange {
  readonly steps: readonly string[];
}

export type TemplateNode =
  /** Values that are read, in the order of the text; `shown` when nothing else becomes of them: `{{ book }}`. */
  | { readonly kind: 'reads'; readonly paths: readonly TemplatePath[]; readonly shown: boolean }
  | {
      readonly kind: 'for';
      readonly targets: readonly string[];
      /** null when it is more than a path: a slice, a filter that picks, a call. */
      readonly over: TemplatePath | null;
      readonly body: readonly TemplateNode[];
    }
  /** `{% with %}`, `{% set %}`: names that are given a value; null when it is more than a path. */
  | {
      readonly kind: 'names';
      readonly names: ReadonlyMap<string, TemplatePath | null>;
      readonly body: readonly TemplateNode[];
    }
  | { readonly kind: 'block'; readonly name: string; readonly body: readonly TemplateNode[] }
  | {
      readonly kind: 'include';
      readonly name: string;
      readonly names: ReadonlyMap<string, TemplatePath | null>;
      readonly only: boolean;
    }
  | { readonly kind: 'extends'; readonly name: string };

interface Open {
  readonly name: string;
  readonly nodes: TemplateNode[];
  readonly close: (body: readonly TemplateNode[]) => TemplateNode | null;
}

/** Tags whose bodies are not read: what is kept from an earlier time, is text, or belongs to a function. */
const OPAQUE = new Set(['cache', 'comment', 'verbatim', 'raw', 'macro', 'call']);

/** Deeper than this no page is nested; what is, is read as if it stood one level up. */
const MAX_DEPTH = 60;
/** What is longer than this between its braces is no expression that somebody wrote. */
const MAX_EXPRESSION = 2000;

/** Never fails: what is not closed ends with the text, what closes nothing is nothing. O(length of the text). */
export function parseTemplate(text: string): readonly TemplateNode[] {
  const top: Open = { name: '', nodes: [], close: () => null };
  const open: Open[] = [top];
  let skipped: string | null = null;
  for (const { kind, inside, start } of piecesOf(text)) {
    const tag = kind === '%' ? /^[-+]?\s*(\w+)/.exec(inside) : null;
    if (tag) {
      const name = tag[1]!;
      if (skipped !== null) {
        if (name === `end${skipped}`) skipped = null;
      } else if (OPAQUE.has(name)) skipped = name;
      else addTag(name, inside.slice(tag[0].length).replace(/[-+]$/, ''), start + tag[0].length, open);
    } else if (kind === '{' && skipped === null) {
      const paths = pathsIn(inside, start);
      const shown = /^[-+]?\s*[\w.]+\s*-?$/.test(inside);
      if (paths.length > 0) open.at(-1)!.nodes.push({ kind: 'reads', paths, shown });
    }
  }
  while (open.length > 1) closeTop(open);
  return top.nodes;
}

interface Piece {
  readonly kind: '{' | '%';
  readonly inside: string;
  /** Where the inside begins. */
  readonly start: number;
}

const CLOSING = { '#': '#}', '{': '}}', '%': '%}' } as const;

/** `{{ … }}` and `{% … %}`, without comments. A kind that is not closed once is not looked for again. */
function* piecesOf(text: string): Generator<Piece> {
  const unclosed = new Set<string>();
  for (let at = text.indexOf('{'); at >= 0;) {
    const kind = text[at + 1] as keyof typeof CLOSING;
    const closing = CLOSING[kind];
    const end = closing && !unclosed.has(kind) ? text.indexOf(closing, at + 2) : -1;
    if (closing && end < 0) unclosed.add(kind);
    if (end >= 0 && kind !== '#' && end - at < MAX_EXPRESSION)
      yield { kind, inside: text.slice(at + 2, end), start: at + 2 };
    at = text.indexOf('{', end >= 0 ? end + 2 : at + 1);
  }
}

/** `rest` is what stands behind the name. */
function addTag(name: string, rest: string, restStart: number, open: Open[]): void {
  const nodes = open.at(-1)!.nodes;
  const push = (one: Open): void => {
    if (open.length < MAX_DEPTH) open.push(one);
  };
  switch (name) {
    case 'for': {
      const parts = /^(\s*)([\w\s,()]+?)(\s+in\s+)([^]*)$/.exec(rest);
      if (!parts) return;
      const targets = parts[2]!.split(/[\s,()]+/).filter(Boolean);
      const over = pathAlone(parts[4]!, restStart + parts[1]!.length + parts[2]!.length + parts[3]!.length);
      push({ name, nodes: [], close: (body) => ({ kind: 'for', targets, over, body }) });
      return;
    }
    case 'block': {
      const [, block] = /^\s*(\w+)/.exec(rest) ?? [];
      if (block) push({ name, nodes: [], close: (body) => ({ kind: 'block', name: block, body }) });
      return;
    }
    case 'with': {
      const names = namesGiven(rest, restStart);
      push({ name, nodes: [], close: (body) => ({ kind: 'names', names, body }) });
      return;
    }
    case 'set': {
      const parts = /^(\s*)(\w+)(\s*=)([^]*)$/.exec(rest);
      // It holds for all that follows.
      if (!parts) return;
      const names = new Map([[parts[2]!, pathAlone(parts[4]!, restStart + rest.length - parts[4]!.length)]]);
      nodes.push({
        kind: 'reads',
        paths: pathsIn(parts[4]!, restStart + rest.length - parts[4]!.length),
        shown: false,
      });
      push({ name: 'set', nodes: [], close: (body) => ({ kind: 'names', names, body }) });
      return;
    }
    case 'include': {
      const parts = /^\s*(["'])([^"']+)\1([^]*)$/.exec(rest);
      if (!parts) return;
      const names = namesGiven(parts[3]!, restStart + rest.length - parts[3]!.length);
      nodes.push({ kind: 'include', name: parts[2]!, names, only: /\bonly\b|\bwithout\s+context\b/.test(parts[3]!) });
      return;
    }
    case 'extends': {
      const parts = /^\s*(["'])([^"']+)\1/.exec(rest);
      if (parts) nodes.push({ kind: 'extends', name: parts[2]! });
      return;
    }
    default: {
      if (name.startsWith('end')) {
        const closes = name.slice(3);
        if (!open.some((each) => each.name === closes)) return;
        while (open.at(-1)!.name !== closes) closeTop(open);
        closeTop(open);
        return;
      }
      const bound = /\bas\s+(\w+)\s*$/.exec(rest);
      const paths = pathsIn(bound ? rest.slice(0, bound.index) : rest, restStart);
      if (paths.length > 0) nodes.push({ kind: 'reads', paths, shown: false });
      // What a tag gives is not known.
      if (bound)
        push({
          name: 'set',
          nodes: [],
          close: (body) => ({ kind: 'names', names: new Map([[bound[1]!, null]]), body }),
        });
    }
  }
}

function closeTop(open: Open[]): void {
  const { nodes, close } = open.pop()!;
  const node = close(nodes);
  if (node) open.at(-1)!.nodes.push(node);
}

/** `with a=b c=d.e`, and Django's older `with b as a`. */
function namesGiven(rest: string, start: number): ReadonlyMap<string, TemplatePath | null> {
  const names = new Map<string, TemplatePath | null>();
  for (const { index, 0: whole, 1: name, 2: value } of rest.matchAll(/(\w+)\s*=\s*([^\s=]+)/g))
    names.set(name!, pathAlone(value!, start + index + whole.length - value!.length));
  const older = /^(\s*)([\w.]+)\s+as\s+(\w+)/.exec(rest);
  if (older) names.set(older[3]!, pathAlone(older[2]!, start + older[1]!.length));
  return names;
}

const KEYWORD =
  /^(in|not|and|or|is|if|elif|else|as|with|only|by|from|import|True|False|None|true|false|none|loop|forloop)$/;
/** Filters that give the rows they are given. */
const SAME_ROWS = /^(dictsort|dictsortreversed|reverse|sort|list|default|default_if_none)$/;

/** A path, maybe with filters that leave the rows what they are. */
function pathAlone(source: string, start: number): TemplatePath | null {
  const [expression, ...filters] = source.replace(/\b(reversed|recursive)\s*$/, '').split('|');
  if (!filters.every((filter) => SAME_ROWS.test(/\w*/.exec(filter.trim())![0]))) return null;
  if (!/^\s*[A-Za-z_]\w*(\s*\.\s*\w+\s*(\(\s*\))?)*\s*$/.test(expression!)) return null;
  return pathsIn(expression!, start)[0] ?? null;
}

/** All paths that an expression reads, without those in strings and the names of filters. */
function pathsIn(source: string, start: number): readonly TemplatePath[] {
  const plain = source.replace(/"[^"\n]*"|'[^'\n]*'/g, (text) => ' '.repeat(text.length));
  const found: TemplatePath[] = [];
  for (const match of plain.matchAll(/[A-Za-z_]\w*(?:\s*\.\s*\w+(?:\(\s*\))?)*/g)) {
    // A filter, the name of an argument, a piece of a longer expression.
    if (/[|.\])]/.test(besides(plain, match.index - 1, -1)) || isArgumentName(plain, match.index + match[0].length))
      continue;
    const steps = match[0].split('.').map((step) => step.replace(/\(\s*\)/, '').trim());
    if (KEYWORD.test(steps[0]!)) continue;
    const at = start + match.index;
    found.push({ steps, start: at, end: at + match[0].length });
  }
  return found;
}

/** The next character that is no space, forwards or backwards. */
function besides(text: string, from: number, step: 1 | -1): string {
  let at = from;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\t') at += step;
  return text[at] ?? '';
}

function isArgumentName(text: string, end: number): boolean {
  return /^\s{0,9}=(?!=)/.test(text.slice(end, end + 12));
}
