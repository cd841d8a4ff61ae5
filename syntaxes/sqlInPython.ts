/**
 * The TextMate grammar that colours SQL inside Python strings, as the object that is written to
 * `sql-in-python.tmLanguage.json` by `node syntaxes/build.ts`.
 *
 * It is injected into the scopes of Python's own grammar. Python's rules open and close every string; ours only fill
 * what lies between the quotes. So that nothing leaks into the code after a string:
 * - the one rule that spans lines, the container, ends where the string's own rule would end;
 * - everything inside is a `match` that stays on its line and stops before the closing quotes;
 * - backslash escapes are consumed in pairs, as Python's grammar does, so both see the same closing quote.
 *
 * The regular expressions are Oniguruma's, which allows look-behind of any length.
 */
export function sqlInPython(): Grammar {
  return {
    information_for_contributors: ['Made from syntaxes/sqlInPython.ts by `node syntaxes/build.ts`.'],
    name: 'SQL in Python strings',
    scopeName: 'ormsight.injection.sql-in-python',
    injectionSelector: stringScopes.map((scope) => `L:${scope} - ${contentScope}`).join(', '),
    // f-strings first: what the other containers look back at is also true for them.
    patterns: (['f-string', 'plain'] as const).flatMap((kind) => quotes.flatMap((quote) => containers(quote, kind))),
    repository: { ...contents(), words: { patterns: words } },
  };
}

export interface Grammar {
  readonly information_for_contributors: readonly string[];
  readonly name: string;
  readonly scopeName: string;
  readonly injectionSelector: string;
  readonly patterns: readonly Pattern[];
  readonly repository: Readonly<Record<string, { readonly patterns: readonly Pattern[] }>>;
}

interface Pattern {
  readonly include?: string;
  readonly name?: string;
  readonly contentName?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly beginCaptures?: Readonly<Record<number, { readonly name: string }>>;
  readonly end?: string;
  readonly applyEndPatternLast?: 0 | 1;
  readonly patterns?: readonly Pattern[];
}

type Kind = 'plain' | 'f-string';

/** Docstrings are prose and have scopes of their own, which are not listed. Raw strings count as regular expressions. */
const stringScopes = [
  'string.quoted.single.python',
  'string.quoted.multi.python',
  'string.quoted.raw.single.python',
  'string.quoted.raw.multi.python',
  'string.regexp.quoted.single.python',
  'string.regexp.quoted.multi.python',
  'meta.fstring.python',
];

const contentScope = 'meta.embedded.inline.sql';
/** Themes colour `meta.embedded` as code; the word `string` keeps brackets and quick suggestions as in any string. */
const contentName = `${contentScope} meta.in-string.sql`;

interface Quote {
  readonly text: string;
  readonly lines: 'single' | 'multi';
}

const quotes: readonly Quote[] = [
  { text: '"""', lines: 'multi' },
  { text: "'''", lines: 'multi' },
  { text: '"', lines: 'single' },
  { text: "'", lines: 'single' },
];

/** The ways a string of one kind of quotes can turn out to hold SQL. */
function containers(quote: Quote, kind: Kind): Pattern[] {
  const opened = (before: string): string => `(?<=${before}${prefixes[kind]}${quote.text})`;
  const begins = [
    `${opened('')}(?=\\s*${statementStart})`,
    `${opened(sqlCall)}(?!${quote.text}|\\n)`,
    // The second string of an implicit concatenation, on a line of its own or after another string.
    `${opened(`(?:^|["'])\\s*`)}(?=\\s*${clauseStart})`,
  ];
  // `\G` is the place right after the opening quotes, and nowhere else in the string.
  const sameLine = container(`\\G(?:${begins.join('|')})`, quote, kind);
  if (quote.lines === 'single') return [sameLine];
  return [
    nextLine(`\\G${opened(sqlCall)}`, `(?!${quote.text})\\S`, quote, kind),
    nextLine(`\\G${opened('')}`, statementStart, quote, kind),
    sameLine,
  ];
}

/** `"""` at the end of a line: the first line that is not empty decides. */
function nextLine(begin: string, text: string, quote: Quote, kind: Kind): Pattern {
  return {
    begin: `${begin}[ \\t]*(\\\\)?\\n`,
    beginCaptures: { 1: { name: 'constant.language.python' } },
    end: '(?=\\S)',
    applyEndPatternLast: 1,
    patterns: [container(`(?=${text})`, quote, kind)],
  };
}

function container(begin: string, quote: Quote, kind: Kind): Pattern {
  // Like the rule of Python's grammar, for which a line also goes on after two backslashes. (Its f-strings forget to
  // end with their line when a quote is missing; with SQL in them they do.)
  const end = quote.lines === 'single' ? `(?=${quote.text})|(?=(?<!\\\\)\\n)` : `(?=${quote.text})`;
  return { contentName, begin, end, patterns: [{ include: `#${contentOf(quote, kind)}` }] };
}

function contentOf(quote: Quote, kind: Kind): string {
  return `${kind}-${quote.text === "'" || quote.text === "'''" ? 'apostrophe' : 'quote'}-${quote.lines}`;
}

/** What can stand between the quotes, for each kind of string. */
function contents(): Record<string, { patterns: readonly Pattern[] }> {
  const kinds: readonly Kind[] = ['plain', 'f-string'];
  const all = quotes.flatMap((quote) => kinds.map((kind) => ({ quote, kind })));
  return Object.fromEntries(
    all.map(({ quote, kind }) => [
      contentOf(quote, kind),
      { patterns: [...python[kind][quote.lines], ...bounded(quote, kind), { include: '#words' }] },
    ]),
  );
}

/** What is Python's inside the string. */
const python: Record<Kind, Record<Quote['lines'], readonly Pattern[]>> = (() => {
  const escape = { name: 'constant.character.escape.python', match: '\\\\.' };
  const placeholder = { name: 'constant.character.format.placeholder.other.python', match: '\\{\\w*\\}' };
  return {
    plain: { single: [escape, placeholder], multi: [escape, placeholder] },
    'f-string': {
      single: [escape, ...fromPython('fstring-formatting', 'fstring-illegal-single-brace', 'fstring-single-brace')],
      multi: [escape, ...fromPython('fstring-formatting', 'fstring-illegal-multi-brace', 'fstring-multi-brace')],
    },
  };
})();

function fromPython(...names: string[]): Pattern[] {
  return names.map((name) => ({ include: `source.python#${name}` }));
}

/** Tokens of SQL that could run past the closing quotes. */
function bounded(quote: Quote, kind: Kind): Pattern[] {
  const stop = kind === 'f-string' ? '{' : '';
  // Anything but the closing quotes; a backslash takes the next character with it.
  const any = `(?:\\\\.|(?!${quote.text})[^\\\\\\n${stop}])`;
  const until = (end: string): string => `(?:(?!${end})${any})*`;
  const patterns: Pattern[] = [
    { name: 'comment.line.double-dash.sql', match: `--${any}*` },
    { name: 'comment.block.sql', match: `/\\*${until('\\*/')}(?:\\*/)?` },
  ];
  // What closes a quoted word must not be the first of the quotes that close the string.
  const quoted = (mark: string): string => `${mark}${until(mark)}(?!${quote.text})${mark}`;
  if (quote.text !== "'") patterns.push({ name: 'string.quoted.single.sql', match: `(?:${quoted("'")})+` });
  if (quote.text !== '"') patterns.push({ name: 'variable.other.quoted.sql', match: quoted('"') });
  patterns.push({ name: 'variable.other.quoted.sql', match: quoted('`') });
  return patterns;
}

const prefixes: Record<Kind, string> = {
  plain: '[rRuU]?',
  'f-string': '(?:[fF][rR]?|[rR][fF])',
};

/** Calls whose first argument is SQL whatever it begins with. */
const sqlCall = `(?:${[
  '(?:^|[^.\\w])text',
  '\\b(?:sa|db|sqlalchemy)\\.text',
  '\\bRawSQL',
  '\\.(?:raw|execute|executemany|executescript|exec_driver_sql)',
].join('|')})\\s*\\(\\s*`;

/** Upper case is SQL; lower case must look more like it, because such words also begin sentences. */
const statementStart = `(?:${[
  '(?:SELECT|INSERT(?:\\s+OR\\s+\\w+)?\\s+INTO|DELETE\\s+FROM)\\b',
  'UPDATE\\s+[\\w."`\\[\\]{}]+\\s*(?:\\bSET\\b|$)',
  'WITH\\s+(?:RECURSIVE\\s+)?[\\w"{}]+\\s*(?:\\([^)]*\\)\\s*)?AS\\b',
  '(?:CREATE|ALTER|DROP)\\s+(?:OR\\s+REPLACE\\s+|GLOBAL\\s+|LOCAL\\s+|TEMP(?:ORARY)?\\s+|UNIQUE\\s+|UNLOGGED\\s+|MATERIALIZED\\s+|VIRTUAL\\s+)*' +
    '(?:TABLE|VIEW|INDEX|SCHEMA|SEQUENCE|TRIGGER|FUNCTION|PROCEDURE|TYPE|EXTENSION|DATABASE|ROLE|USER|DOMAIN|POLICY)\\b',
  '(?:TRUNCATE\\s+TABLE|MERGE\\s+INTO|REPLACE\\s+INTO|EXPLAIN\\s+(?:ANALYZE|QUERY|SELECT|VERBOSE|\\()|PRAGMA\\s+\\w|GRANT\\s+\\w+.*\\bON\\b|REVOKE\\s+\\w+.*\\bON\\b)',
  // `select * from`, `select a, b from`, `select count(*) from`, and a long list that goes on in the next line
  'select\\s+(?:distinct\\s+)?(?:\\*|\\w+\\([^)]*\\)|[\\w."`]+)(?:\\s+as\\s+\\w+)?(?:\\s*,\\s*[^,\\s][^,]*)*' +
    '(?:\\s+from\\s+[\\w."`{]+\\s*(?:$|[;"\']|\\b(?:as|where|join|left|inner|cross|order|group|limit|union)\\b)|,\\s*$)',
  'select\\s*$',
  'insert\\s+into\\s+[\\w."`{}]+\\s*(?:\\(|values\\b|select\\b|$)',
  'update\\s+[\\w."`{}]+\\s+set\\s+[\\w."`]+\\s*=',
  'delete\\s+from\\s+[\\w."`{}]+\\s*(?:where\\b|;|$)',
  'with\\s+(?:recursive\\s+)?\\w+\\s+as\\s*\\(',
  '(?:create|alter|drop)\\s+(?:unique\\s+|temp(?:orary)?\\s+)?(?:table|view|index)\\s+(?:if\\s+(?:not\\s+)?exists\\s+)?[\\w."`{}]+\\s*(?:\\(|add\\b|drop\\b|rename\\b|alter\\b|on\\b|as\\b|;|$)',
].join('|')})`;

/** How the second string of a statement in several begins. */
const clauseStart = `(?:${[
  'FROM\\s+[\\w."`{(]',
  '(?:WHERE|AND|OR|ON|HAVING)\\b(?=.*(?:[=<>]|\\b(?:IN|LIKE|ILIKE|IS|BETWEEN|EXISTS)\\b))',
  '(?:(?:LEFT|RIGHT|FULL|INNER|CROSS|NATURAL)\\s+)?(?:OUTER\\s+)?JOIN\\s',
  '(?:ORDER|GROUP|PARTITION)\\s+BY\\b',
  '(?:LIMIT|OFFSET)\\s+[\\d:%?$@{]',
  'SET\\s+[\\w."`]+\\s*=',
  'VALUES\\s*\\(',
  '(?:UNION(?:\\s+ALL)?|INTERSECT|EXCEPT)\\s*(?:$|["\']|SELECT\\b)',
  'RETURNING\\s+[\\w*"]',
  'ON\\s+(?:CONFLICT|DUPLICATE\\s+KEY)\\b',
].join('|')})`;

/** A word begins after `\n` in a Python string too, where `\b` would see the letter n. */
function word(name: string, alternatives: string, after = '\\b'): Pattern {
  return { name, match: `(?i)(?:\\b|(?<=\\\\[nrt]))(?:${alternatives.trim().replaceAll(/\s+/g, '|')})${after}` };
}

/** Tokens of SQL that cannot contain a quote. */
const words: readonly Pattern[] = [
  {
    name: 'variable.parameter.sql',
    match: '(?<![:\\w]):[A-Za-z_]\\w*|%\\(\\w+\\)s|%s|\\$\\d+|(?<![\\w?])\\?(?![\\w?])',
  },
  { name: 'constant.numeric.sql', match: '\\b\\d+(?:\\.\\d+)?\\b' },
  word(
    'keyword.other.DML.sql',
    'SELECT INSERT UPDATE DELETE MERGE FROM INTO VALUES SET WHERE GROUP\\s+BY ORDER\\s+BY PARTITION\\s+BY HAVING LIMIT ' +
      'OFFSET FETCH UNION INTERSECT EXCEPT WITH RECURSIVE RETURNING DISTINCT ALL AS ON USING ' +
      'JOIN INNER OUTER LEFT RIGHT FULL CROSS NATURAL LATERAL CASE WHEN THEN ELSE END ASC DESC NULLS FIRST LAST ' +
      'OVER WINDOW FILTER WITHIN ROWS RANGE PRECEDING FOLLOWING UNBOUNDED CURRENT\\s+ROW FOR\\s+UPDATE SKIP\\s+LOCKED ' +
      'CONFLICT DO NOTHING EXPLAIN ANALYZE COLLATE ESCAPE INTERVAL ONLY TABLESAMPLE',
  ),
  word('keyword.other.logical.sql', 'AND OR NOT IN IS LIKE ILIKE SIMILAR\\s+TO BETWEEN EXISTS ANY SOME GLOB REGEXP'),
  word(
    'keyword.other.DDL.create.sql',
    'CREATE ALTER DROP TRUNCATE RENAME ADD COLUMN TABLE VIEW INDEX SCHEMA SEQUENCE TRIGGER FUNCTION PROCEDURE TYPE ' +
      'EXTENSION DATABASE IF TEMP TEMPORARY MATERIALIZED VIRTUAL UNIQUE UNLOGGED REPLACE CASCADE RESTRICT ' +
      'GRANT REVOKE TO BEGIN COMMIT ROLLBACK SAVEPOINT PRAGMA VACUUM',
  ),
  word(
    'storage.modifier.sql',
    'PRIMARY\\s+KEY FOREIGN\\s+KEY REFERENCES CONSTRAINT CHECK DEFAULT AUTOINCREMENT GENERATED',
  ),
  word('constant.language.sql', 'NULL TRUE FALSE CURRENT_TIMESTAMP CURRENT_DATE CURRENT_TIME'),
  word(
    'storage.type.sql',
    'INTEGER INT BIGINT SMALLINT SERIAL BIGSERIAL NUMERIC DECIMAL REAL FLOAT DOUBLE\\s+PRECISION BOOLEAN BOOL TEXT ' +
      'VARCHAR CHAR DATE TIME TIMESTAMP TIMESTAMPTZ DATETIME UUID JSON JSONB BYTEA BLOB',
    '\\b(?!\\s*\\.)',
  ),
  { name: 'support.function.sql', match: '\\b[A-Za-z_]\\w*(?=\\()' },
  { name: 'keyword.operator.sql', match: '<>|[<>!=]=?|\\|\\||::|[*/+-](?!-)' },
];
