/** Python text through VS Code's own tokenizer, with Python's real grammar. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';
import { sqlInPython } from '../../../syntaxes/sqlInPython.ts';

export interface Token {
  readonly text: string;
  readonly scopes: readonly string[];
}

export type Tokenize = (text: string) => Token[][];

export interface Tokenizers {
  /** Python's grammar alone. */
  readonly python: Tokenize;
  /** The same, but an f-string without its closing quote ends with its line, as every other string does. */
  readonly strictPython: Tokenize;
  /** Python's grammar with ours injected. */
  readonly withSql: Tokenize;
}

/** `injection` is our grammar as JSON text. */
export async function loadTokenizers(injection = JSON.stringify(sqlInPython())): Promise<Tokenizers> {
  await (loaded ??= oniguruma.loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm'))));
  return {
    python: await tokenizer(pythonGrammar),
    strictPython: await tokenizer(
      pythonGrammar.replaceAll('(.+?)($(\\\\n?)|(?=[', '(.+?)($|(?=[').replaceAll(')))|\\\\n"', ')))"'),
    ),
    withSql: await tokenizer(pythonGrammar, injection),
  };
}

/** True for what our grammar says is SQL. */
export function isSql(token: Token): boolean {
  return token.scopes.includes('meta.embedded.inline.sql');
}

const require = createRequire(import.meta.url);
const pythonGrammar = readFileSync(require.resolve('tm-grammars/grammars/python.json'), 'utf8');
let loaded: Promise<void> | undefined;

async function tokenizer(python: string, injection?: string): Promise<Tokenize> {
  const files: Record<string, string> = { 'source.python': python };
  if (injection) files['ormsight.injection.sql-in-python'] = injection;
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: (scope) => {
      const content = files[scope];
      return Promise.resolve(content ? textmate.parseRawGrammar(content, `${scope}.json`) : null);
    },
    getInjections: (scope) => (injection && scope === 'source.python' ? ['ormsight.injection.sql-in-python'] : []),
  });
  const grammar = await registry.loadGrammar('source.python');
  if (!grammar) throw new Error('no grammar for Python');
  return (text) => {
    let stack = textmate.INITIAL;
    return text.split('\n').map((line) => {
      const result = grammar.tokenizeLine(line, stack);
      stack = result.ruleStack;
      return result.tokens.map(({ startIndex, endIndex, scopes }) => ({
        text: line.slice(startIndex, endIndex),
        scopes,
      }));
    });
  };
}
