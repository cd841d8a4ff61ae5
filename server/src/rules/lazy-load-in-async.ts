import { eagerLoadFix } from '../orm/eagerLoadFix.ts';
import type { Inference } from '../orm/infer.ts';
import type { AsyncRead } from '../orm/use/asyncReads.ts';
import { placeOf } from '../orm/values.ts';
import type { SourceFile } from '../python/types.ts';
import { defineRule, type Fix, type RelatedPlace } from './rule.ts';
import { COULD_LOAD } from './shared/lazyLoad.ts';

export const lazyLoadInAsync = defineRule({
  id: 'lazy-load-in-async',
  severity: 'error',
  summary: 'Asynchronous code reads what is not loaded, or sends a query without await, which raises',
  isOnByDefault: true,
  inTests: false,
  check({ file, inference, uses }, report) {
    for (const read of uses.asyncReads()) {
      const fix = fixOf(read, file, inference);
      report({
        range: rangeOf(read),
        message: messageOf(read, file),
        related: relatedTo(read, file),
        fixes: fix ? [fix] : [],
      });
    }
  },
});

function rangeOf({ kind, at }: AsyncRead) {
  return kind === 'loop' ? { start: at.iter.start, end: at.iter.end } : { start: at.start, end: at.end };
}

function messageOf(read: AsyncRead, file: SourceFile): string {
  const { start, end } = rangeOf(read);
  const text = `\`${file.text.slice(start, end)}\``;
  switch (read.kind) {
    case 'relation':
      return `${text} raises ${errorOf(read.lazy.owner.orm)}: it is not loaded, and cannot be loaded when it is read`;
    case 'expired':
      return `${text} raises MissingGreenlet: the commit expired it, and it cannot be loaded when it is read`;
    case 'call':
      return `${text} raises SynchronousOnlyOperation: it sends a query without \`await\``;
    case 'loop':
      return `${text} raises SynchronousOnlyOperation: the loop sends its query without \`async\``;
  }
}

function errorOf(orm: 'sqlalchemy' | 'django'): string {
  return orm === 'django' ? 'SynchronousOnlyOperation' : 'MissingGreenlet';
}

function relatedTo(read: AsyncRead, { path }: SourceFile): readonly RelatedPlace[] {
  if (read.kind === 'relation') return [{ ...placeOf(read.lazy.query), message: COULD_LOAD }];
  const { kind } = read;
  return kind === 'expired'
    ? [{ path, range: { start: read.commit.start, end: read.commit.end }, message: 'This expires it' }]
    : [];
}

function fixOf(read: AsyncRead, { path, text, lines }: SourceFile, inference: Inference): Fix | null {
  const insert = (at: number, newText: string) => ({ path, range: { start: at, end: at }, newText });
  switch (read.kind) {
    case 'relation':
      return eagerLoadFix(read.lazy.query, read.lazy.steps, inference);
    case 'expired': {
      const { commit, object } = read;
      if (commit.func.kind !== 'Attribute') return null;
      const session = text.slice(commit.func.value.start, commit.func.value.end);
      const lineStart = lines.lineStart(lines.position(commit.start).line);
      const indent = /^[ \t]*/.exec(text.slice(lineStart, commit.start))![0];
      return {
        title: `Load ${object} again`,
        edits: [insert(commit.end, `\n${indent}await ${session}.refresh(${object})`)],
        isPreferred: true,
      };
    }
    case 'call': {
      const { at, wanted, isInChain } = read;
      if (!wanted || at.func.kind !== 'Attribute') return null;
      const { attr } = at.func;
      return {
        title: `Await ${wanted}()`,
        edits: [
          insert(at.start, isInChain ? '(await ' : 'await '),
          { path, range: { start: attr.start, end: attr.end }, newText: wanted },
          ...(isInChain ? [insert(at.end, ')')] : []),
        ],
        isPreferred: true,
      };
    }
    case 'loop':
      return { title: 'Loop with async for', edits: [insert(read.at.start, 'async ')], isPreferred: true };
  }
}
