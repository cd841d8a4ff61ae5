/** A part of the product, and the other parts it may import. */
interface Layer {
  readonly uses: readonly string[];
  /** May import `node:` built-ins and packages that reach files, processes or the network. */
  readonly outside?: true;
}

/** Folders below the repository's root. A layer may also use everything that what it uses may use. */
export const layers: Readonly<Record<string, Layer>> = {
  'server/src/base': { uses: [] },
  'server/src/workspace': { uses: ['server/src/base'], outside: true },
  'server/src/python/syntax': { uses: ['server/src/base'] },
  'server/src/python': { uses: ['server/src/python/syntax', 'server/src/workspace'] },
  'server/src/indexing': { uses: ['server/src/python'], outside: true },
  'server/src/query': { uses: ['server/src/python'] },
  'server/src/catalog': { uses: ['server/src/base'] },
  'server/src/templates': { uses: ['server/src/base'] },
  'server/src/orm': { uses: ['server/src/query', 'server/src/catalog', 'server/src/templates'] },
  'server/src/render': { uses: ['server/src/query'], outside: true },
  'server/src/rules': { uses: ['server/src/orm'] },
  'server/src/migrations': { uses: ['server/src/orm', 'server/src/render'] },
  'server/src/database': { uses: ['server/src/catalog'], outside: true },
  'server/src/ide': { uses: ['server/src/rules', 'server/src/render', 'server/src/migrations'] },
  'server/src/protocol': { uses: [] },
  'server/src/lsp': {
    uses: ['server/src/ide', 'server/src/indexing', 'server/src/database', 'server/src/protocol'],
    outside: true,
  },
  'server/src/cli': {
    uses: ['server/src/ide', 'server/src/database', 'server/src/protocol', 'package.json'],
    outside: true,
  },
  'server/src/main.ts': { uses: ['server/src/lsp', 'package.json'], outside: true },
  'package.json': { uses: [] },
  'client/src': { uses: ['server/src/protocol'], outside: true },
  'client/webviews': { uses: ['server/src/protocol'] },
};

/**
 * Folders of things that do not know each other: one rule never imports another, nor does an ORM, a dialect, a driver or
 * a tool. What the folder's `index.ts` imports are these things; every other file there is shared.
 */
export const separate: readonly string[] = [
  'server/src/orm',
  'server/src/rules',
  'server/src/database/dialects',
  'server/src/database/drivers',
  'server/src/migrations/tools',
];

/** Who may import a package. One that is not listed is for the layers that may touch the outside world. */
export const packageUsers: Readonly<Record<string, readonly string[]>> = {
  vscode: ['client/src'],
  'vscode-languageclient': ['client/src'],
  'vscode-languageserver': ['server/src/lsp', 'server/src/main.ts'],
  'vscode-languageserver-protocol': ['server/src/lsp'],
  'vscode-languageserver-types': ['server/src/lsp'],
  'better-sqlite3': ['server/src/database'],
  pg: ['server/src/database'],
  pyodide: ['server/src/render'],
};

/** Packages and built-ins that only compute: anyone may import them. */
export const purePackages: readonly string[] = [
  'node:crypto',
  'smol-toml',
  'sql-formatter',
  'vscode-languageserver-textdocument',
];

/** The layer that a file is in, by the longest name that fits. */
export function layerOf(file: string): string | undefined {
  return Object.keys(layers)
    .filter((name) => file === name || file.startsWith(`${name}/`))
    .toSorted((a, b) => b.length - a.length)[0];
}

/** All layers that files of this one may import, itself included. */
export function reach(name: string): ReadonlySet<string> {
  const reached = new Set([name]);
  for (const next of reached) for (const used of layers[next]?.uses ?? []) reached.add(used);
  return reached;
}
