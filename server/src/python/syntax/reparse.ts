/**
 * Parsing again after an edit: only the statements around it are read, in the innermost suite of a class, a function
 * or the module that holds the whole change.
 *
 * Why that gives what parsing the whole text would: at the beginning of a statement on a line of its own, reading goes
 * on from nothing but the indentation of the suites around it. So it may begin at such a place before the edit, with
 * the statements before it as they are, and may stop as soon as it comes to such a place behind the edit where a
 * statement of the same suite (or the one after the suite) began before. What lines look at beyond themselves is
 * either written down (`ParsedModule.guesses`) or among the few cases looked for here. Where anything is odd, the whole
 * text is parsed.
 */
import type { TextRange } from '../../base/text.ts';
import { isLineBreak } from './characters.ts';
import { editBetween } from './edit.ts';
import type { TextEdit } from './edit.ts';
import type { ClassDef, FunctionDef, Module, ParsedModule, Stmt } from './nodes.ts';
import { parseModule, parseRegion } from './parser.ts';
import type { ParsedRegion } from './parser.ts';
import { keepStatements } from './keepStatements.ts';
import { shiftNodes, shiftRange } from './shift.ts';
import { fullRange, suitesOf } from './visit.ts';

/**
 * The tree of `text`, equal to `parseModule(text)` in every node, range, problem and comment.
 *
 * Statements of the module and of class bodies that the edit did not touch are the same objects as in `previous`,
 * moved to their new offsets, so that results can be remembered by node; whatever encloses the edit is new.
 * `previous` (the tree of `previousText`) is thereby used up: it must not be looked at any more.
 * Takes time in proportion to the edited statement, and to what must be moved behind it when the length changes.
 */
export function reparse(previous: ParsedModule, previousText: string, text: string): ParsedModule {
  const edit = editBetween(previousText, text);
  if (edit.oldEnd === edit.start && edit.newEnd === edit.start) return previous;
  if (isReadLineByLine(previous.guesses, previousText.length)) {
    const change: Change = { ...edit, previous, previousText, text, distance: edit.newEnd - edit.oldEnd };
    for (let suite: Suite | null = innermostSuite(change); suite !== null; suite = suite.outer) {
      const parsed = reparseSuite(change, suite);
      if (parsed !== null) return parsed;
    }
  }
  return keepStatements(previous, edit, parseModule(text));
}

interface Change extends TextEdit {
  readonly previous: ParsedModule;
  readonly previousText: string;
  readonly text: string;
  /** How far the text behind the edit moves. */
  readonly distance: number;
}

/** A suite of the previous tree around the edit. */
interface Suite {
  readonly owner: Module | ClassDef | FunctionDef;
  readonly outer: Suite | null;
  /** The white space before its statements, and that of the suites around it. */
  readonly whiteSpace: string;
  readonly indentations: readonly string[];
  /** The last of its statements that begins before the edit; -1 when none does. */
  readonly index: number;
}

/** Lines that were read by a guess may depend on each other when there is much of it, or when one reached everywhere. */
function isReadLineByLine(guesses: readonly TextRange[], length: number): boolean {
  let sum = 0;
  for (const { start, end } of guesses) sum += end - start;
  return sum < length || length === 0;
}

// ---------------------------------------------------------------- where statements begin

/** Where the first token of a statement stands. */
function tokenStart(text: string, statement: Stmt): number {
  const { start } = fullRange(statement);
  if (start === statement.start) return start;
  // A decorator, which begins before its expression.
  let at = start - 1;
  while (at > 0 && (text[at] === ' ' || text[at] === '(')) at--;
  return text[at] === '@' ? at : start;
}

/** Whether a logical line indented by exactly `whiteSpace` begins at `offset`, given that a token does. */
function beginsLine(text: string, offset: number, whiteSpace: string): boolean {
  const lineStart = offset - whiteSpace.length;
  if (lineStart < 0 || !text.startsWith(whiteSpace, lineStart)) return false;
  if (lineStart === 0) return true;
  if (!isLineBreak(text.charCodeAt(lineStart - 1))) return false;
  // Behind a backslash, the line may go on with the one before, or count as indented like it.
  const isCrLf = text[lineStart - 1] === '\n' && text[lineStart - 2] === '\r';
  return text[lineStart - (isCrLf ? 3 : 2)] !== '\\';
}

/** Whether reading may begin at a statement: it stands on its own line, as deep as its suite, and continues nothing. */
function isEntry(text: string, statement: Stmt, whiteSpace: string): boolean {
  return statement.kind !== 'InvalidStmt' && beginsLine(text, tokenStart(text, statement), whiteSpace);
}

/** As `isEntry`, for the statement that begins the line on which another one of the same suite begins. */
function isEntryOfLine(text: string, body: readonly Stmt[], index: number, whiteSpace: string): boolean {
  const lineStart = lineStartAt(text, tokenStart(text, body[index]!));
  let first = index;
  while (first > 0 && tokenStart(text, body[first - 1]!) >= lineStart) first--;
  return isEntry(text, body[first]!, whiteSpace);
}

function lineStartAt(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && !isLineBreak(text.charCodeAt(start - 1))) start--;
  return start;
}

/** A decorator, also at the end of `def f(): @a`, that the next statement would belong to if that were a definition. */
function isLooseDecorator(text: string, statement: Stmt | undefined): boolean {
  let last = statement;
  for (let inner = last; inner !== undefined; inner = lastIn(inner)) last = inner;
  return last?.kind === 'InvalidStmt' && text[last.start] === '@';
}

/** The last statement of a compound one. */
function lastIn(statement: Stmt): Stmt | undefined {
  return suitesOf(statement)
    .findLast((suite) => suite.length > 0)
    ?.at(-1);
}

/** The index of the last statement that begins before an offset, or -1. */
function lastBefore(body: readonly Stmt[], offset: number): number {
  let low = 0;
  let high = body.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fullRange(body[middle]!).start < offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// ---------------------------------------------------------------- suites

function innermostSuite({ previous: { module }, previousText, start }: Change): Suite {
  const suiteOf = (owner: Suite['owner'], whiteSpace: string, outer: Suite | null): Suite => ({
    owner,
    outer,
    whiteSpace,
    indentations: outer === null ? [whiteSpace] : [...outer.indentations, whiteSpace],
    index: lastBefore(owner.body, start),
  });
  let suite = suiteOf(module, '', null);
  for (;;) {
    const owner = suite.owner.body[suite.index];
    if (owner?.kind !== 'ClassDef' && owner?.kind !== 'FunctionDef') return suite;
    const whiteSpace = whiteSpaceOfSuite(previousText, owner, suite.whiteSpace, start);
    if (whiteSpace === null) return suite;
    suite = suiteOf(owner, whiteSpace, suite);
  }
}

/** How the suite of a definition is indented; null unless it can be read alone and begins before `offset`. */
function whiteSpaceOfSuite(text: string, owner: ClassDef | FunctionDef, outer: string, offset: number): string | null {
  const first = owner.body[0];
  if (first === undefined || !isEntry(text, owner, outer)) return null;
  const start = tokenStart(text, first);
  const lineStart = lineStartAt(text, start);
  const whiteSpace = text.slice(lineStart, start);
  // Deeper than the suite around it in any way of counting, or there is a problem to report about it.
  const isDeeper = whiteSpace.startsWith(outer) && /^[ \t]+$/.test(whiteSpace.slice(outer.length));
  const isPlain = isDeeper && isEntry(text, first, whiteSpace);
  return isPlain && lineStart <= offset ? whiteSpace : null;
}

/** The statement after a suite, with the white space before it. */
function follower(suite: Suite): { readonly statement: Stmt; readonly whiteSpace: string } | null {
  for (let outer = suite.outer; outer !== null; outer = outer.outer) {
    const statement = outer.owner.body[outer.index + 1];
    if (statement !== undefined) return { statement, whiteSpace: outer.whiteSpace };
  }
  return null;
}

// ---------------------------------------------------------------- parsing again

/** Where reading begins: at `start`, in place of the statements of the suite from `first` on. */
interface Entry {
  readonly first: number;
  readonly start: number;
}

/** How many statements before the edit are tried as the beginning. */
const MAX_ENTRIES = 4;

function reparseSuite(change: Change, suite: Suite): ParsedModule | null {
  let tried = 0;
  for (const entry of entries(change, suite)) {
    if (tried++ === MAX_ENTRIES) break;
    if (change.previous.guesses.some(({ start, end }) => start < entry.start && end >= change.start)) continue;
    const parsed = reparseFrom(change, suite, entry);
    if (parsed !== null) return parsed;
  }
  return null;
}

/** The places to begin at, the nearest first: behind the last statement before the edit, else at it or an earlier one. */
function* entries({ previousText: text, start }: Change, { owner, outer, whiteSpace, index }: Suite): Generator<Entry> {
  const { body } = owner;
  const lineStart = lineStartAt(text, start);
  // A line is read otherwise when the next one is indented deeper, which shows in a block that no statement opened.
  const isAlone = index >= 0 && body[index + 1]?.kind !== 'InvalidStmt';
  if (isAlone && isEntryOfLine(text, body, index, whiteSpace) && endsBefore(text, body[index]!, lineStart)) {
    yield { first: index + 1, start: lineStart };
  }
  if (index < 0 && outer !== null) yield { first: 0, start: lineStart };
  for (let first = index; first >= 0; first--) {
    if (isLooseDecorator(text, body[first - 1]) || !isEntry(text, body[first]!, whiteSpace)) continue;
    yield { first, start: tokenStart(text, body[first]!) - whiteSpace.length };
  }
  if (outer === null) yield { first: 0, start: 0 };
}

/** Whether nothing of a statement can stand on the line at `lineStart`, nor on a line that continues it. */
function endsBefore(text: string, statement: Stmt, lineStart: number): boolean {
  if (lineStart <= statement.end || isLooseDecorator(text, statement)) return false;
  return /^[ \t\f;]*(?:#[^\r\n]*)?[\r\n][^\\]*$/.test(text.slice(statement.end, lineStart));
}

function reparseFrom(change: Change, suite: Suite, entry: Entry): ParsedModule | null {
  const { previousText, text, distance } = change;
  const { body } = suite.owner;
  const next = follower(suite);
  let resumed = -1;
  /** Whether a statement that need not be read again begins at an offset of the new text. */
  const resumesAt = (offset: number): boolean => {
    if (offset < change.newEnd) return false;
    const oldOffset = offset - distance;
    const index = lastBefore(body, oldOffset + 1);
    for (const candidate of [index, index + 1]) {
      const statement = candidate >= entry.first ? body[candidate] : undefined;
      if (statement !== undefined && isSame(statement, suite.whiteSpace, offset)) {
        resumed = candidate;
        return true;
      }
    }
    return next !== null && isSame(next.statement, next.whiteSpace, offset);
  };
  const isSame = (statement: Stmt, whiteSpace: string, offset: number): boolean =>
    tokenStart(previousText, statement) === offset - distance &&
    isEntry(previousText, statement, whiteSpace) &&
    beginsLine(text, offset, whiteSpace);

  let soonest = 0;
  for (let attempt = 0; attempt < MAX_ENTRIES; attempt++) {
    resumed = -1;
    const { start } = entry;
    const { indentations } = suite;
    const endsBeforeLine = (offset: number): boolean => offset >= soonest && resumesAt(offset);
    const region = parseRegion(text, { start, indentations, endsBefore: endsBeforeLine });
    if (region === null) return null;
    const isAtEnd = region.end === text.length;
    if (isAtEnd && next !== null) return null;
    if (isAtEnd || !isLooseDecorator(text, region.body.at(-1))) {
      return replace(change, suite, entry, resumed < 0 ? body.length : resumed, region);
    }
    soonest = region.end + 1;
  }
  return null;
}

// ---------------------------------------------------------------- putting it together

/** The module with `region` in place of the statements of a suite from `entry.first` to `resumed`. */
function replace(
  change: Change,
  suite: Suite,
  entry: Entry,
  resumed: number,
  region: ParsedRegion,
): ParsedModule | null {
  const { previous, text, distance } = change;
  const { owner } = suite;
  const isLast = resumed === owner.body.length;
  const isUnchanged = region.body.length === 0 && resumed === entry.first;
  if (isLast && region.body.length === 0 && !isUnchanged && suite.outer !== null) return null;

  const from = entry.start;
  const to = region.end === text.length ? change.previousText.length + 1 : region.end - distance;
  const guesses = splice(previous.guesses, from, to, region.guesses);
  if (!isReadLineByLine(guesses.all, text.length)) return null;
  const problems = splice(previous.problems, from, to, region.problems);
  const comments = splice(previous.comments, from, to, region.comments);
  for (const { moved } of [guesses, problems, comments]) for (const range of moved) shiftRange(range, distance);

  const rest = owner.body.slice(resumed);
  shiftNodes(rest, distance);
  const body = isUnchanged ? owner.body : [...owner.body.slice(0, entry.first), ...region.body, ...rest];
  const end = isLast ? (isUnchanged ? owner.end : region.lastEnd) : owner.end + distance;
  const module = rebuild(change, suite, body, end);
  return { module, problems: problems.all, comments: comments.all, guesses: guesses.all };
}

/** New owners for a new body, from its suite outwards; but what ends before the edit stays as it is. */
function rebuild(change: Change, suite: Suite, body: readonly Stmt[], end: number): Module {
  const { owner, outer } = suite;
  if (outer === null) return { ...(owner as Module), body, end: change.text.length };
  const isTouched = body !== owner.body || owner.end >= change.start;
  const statement = isTouched ? { ...(owner as ClassDef | FunctionDef), body, end } : (owner as Stmt);
  const later = outer.owner.body.slice(outer.index + 1);
  shiftNodes(later, change.distance);
  const outerBody = isTouched ? [...outer.owner.body.slice(0, outer.index), statement, ...later] : outer.owner.body;
  return rebuild(change, outer, outerBody, later.length > 0 ? outer.owner.end + change.distance : end);
}

/** A sorted list with what begins in `[from, to)` replaced by `by`; `moved` is what comes after. */
function splice<T extends TextRange>(
  list: readonly T[],
  from: number,
  to: number,
  by: readonly T[],
): { readonly all: readonly T[]; readonly moved: readonly T[] } {
  const moved = list.slice(firstFrom(list, to));
  return { all: [...list.slice(0, firstFrom(list, from)), ...by, ...moved], moved };
}

function firstFrom(list: readonly TextRange[], offset: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]!.start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
