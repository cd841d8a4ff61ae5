/** Makes scripts of the examples of a page, as its reader would type them one after the other. */
import type { Stmt } from '../../server/src/python/syntax/nodes.ts';
import { parseModule } from '../../server/src/python/syntax/parser.ts';
import { type Example, isPython } from './extract.ts';
import type { Page } from './sources.ts';

export interface Script {
  readonly source: string;
  /** First and last line of each example, counted from zero; what comes before them only makes the script whole. */
  readonly examples: readonly (readonly [number, number])[];
  /** What ran before on the page, in place of the script's own beginning; null where that is all. */
  readonly before: readonly string[] | null;
}

/** Examples that stand together, and those before them on the page. */
export interface Part {
  readonly before: readonly string[];
  readonly own: readonly string[];
}

/** A page has more than one part where it defines a class for a second time. */
export function partsOf(examples: readonly string[], { again = 'begin' }: Page): Part[] {
  if (again === 'ignore') return [{ before: [], own: withoutSecond(examples) }];
  return startsOf(examples).map(([start, end]) => ({
    before: examples.slice(0, start),
    own: examples.slice(start, end),
  }));
}

/** `preamble` is read before the page. */
export function scriptsOf(examples: readonly string[], page: Page, preamble: string): Script[] {
  return partsOf(examples, page).map(({ before, own }) => {
    const isAlone = page.again === 'alone';
    const given = withoutClasses(preamble, classesOf(own));
    const beginning = [given, ...needed(before, own, isAlone)].filter((code) => code !== '').join('\n');
    return script(beginning, own, isAlone || before.length === 0 ? null : [given, ...before]);
  });
}

/** A script that begins with what is not tested. */
export function script(beginning: string, examples: readonly string[], before: readonly string[] | null): Script {
  let source = beginning === '' ? '' : `${beginning.trimEnd()}\n`;
  const lines = examples.map((code) => {
    const first = source.split('\n').length - 1;
    source += `${code}\n`;
    return [first, source.split('\n').length - 2] as const;
  });
  return { source, examples: lines, before };
}

/** Where scripts start: at the beginning, and where a class is defined that the script has already. */
function startsOf(examples: readonly string[]): [number, number][] {
  const found: [number, number][] = [];
  let start = 0;
  const known = new Set<string>();
  for (const [at, code] of examples.entries()) {
    const classes = definitions(code).filter(({ kind }) => kind === 'ClassDef');
    if (classes.some(({ name }) => known.has(name))) {
      found.push([start, at]);
      start = at;
      known.clear();
    }
    for (const { name } of classes) known.add(name);
  }
  found.push([start, examples.length]);
  return found;
}

/** The imports and the newest definitions of what came before, but for what is defined again. */
export function needed(before: readonly string[], own: readonly string[], onlyImports: boolean): string[] {
  const replaced = classesOf(own);
  const imports = new Set<string>();
  const newest = new Map<string, string>();
  for (const code of before)
    for (const { kind, name, text } of definitions(code)) {
      if (kind === 'import') imports.add(text);
      else if (!onlyImports && !replaced.has(name)) {
        // Behind what it may need.
        newest.delete(name);
        newest.set(name, text);
      }
    }
  return [...imports, ...newest.values()];
}

function classesOf(examples: readonly string[]): ReadonlySet<string> {
  return new Set(
    examples.flatMap((code) => definitions(code).flatMap(({ kind, name }) => (kind === 'ClassDef' ? name : []))),
  );
}

/** What is presupposed, but for classes that the page defines itself. */
function withoutClasses(code: string, names: ReadonlySet<string>): string {
  const replaced = definitions(code).filter(({ kind, name }) => kind === 'ClassDef' && names.has(name));
  return replaced.reduce((rest, { text }) => rest.replace(text, ''), code);
}

/** Without classes that are there already: they are shown once more to point at a part of them. */
function withoutSecond(examples: readonly string[]): string[] {
  const known = new Set<string>();
  return examples.filter((code) => {
    const classes = definitions(code).filter(({ kind }) => kind === 'ClassDef');
    const isSecond = classes.some(({ name }) => known.has(name));
    if (!isSecond) for (const { name } of classes) known.add(name);
    return !isSecond;
  });
}

interface Definition {
  readonly kind: 'ClassDef' | 'FunctionDef' | 'Assign' | 'import';
  readonly name: string;
  readonly text: string;
}

/** What the statements of a piece of code give names to. */
export function definitions(code: string): Definition[] {
  return parseModule(code).module.body.flatMap((statement) => definition(statement, code) ?? []);
}

function definition(statement: Stmt, code: string): Definition | null {
  const start =
    'decorators' in statement && statement.decorators[0] ? statement.decorators[0].start - 1 : statement.start;
  const text = code.slice(start, statement.end);
  switch (statement.kind) {
    case 'ClassDef':
    case 'FunctionDef':
      return { kind: statement.kind, name: statement.name.text, text };
    case 'Import':
    case 'ImportFrom':
      return { kind: 'import', name: text, text };
    case 'Assign': {
      const [target] = statement.targets;
      return target?.kind === 'Name' ? { kind: 'Assign', name: target.id, text } : null;
    }
    default:
      return null;
  }
}

/** The statements of examples, each by itself: what a listing shows is sent line by line. */
export function statementsOf({ code, from }: Example): string[] {
  if (from === 'session') return [code];
  const { body } = parseModule(code).module;
  return body
    .map((statement, i) => code.slice(i === 0 ? 0 : body[i - 1]!.end, statement.end).replace(/^\s*\n/, ''))
    .filter(isPython);
}
