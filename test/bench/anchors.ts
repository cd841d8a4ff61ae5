/** What our times are compared with, measured in the same minutes on the same files. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Language, Parser } from 'web-tree-sitter';
import { pythonEnvironment } from '../../scripts/tools/python.ts';
import { run, toolEnvironment } from '../../scripts/tools/run.ts';
import type { Project } from './project.ts';

export function readFiles({ files }: Project): void {
  for (const { path } of files) readFileSync(path, 'utf8');
}

/**
 * Ruff on one thread, as far as reading and parsing: https://docs.astral.sh/ruff/rules/io-error/.
 * `npm test -- tools` installs it; without that, this does.
 */
export async function ruff(): Promise<(folder: string) => Promise<void>> {
  const python = await pythonEnvironment(join(import.meta.dirname, 'ruff.txt'));
  const program = join(dirname(python), process.platform === 'win32' ? 'ruff.exe' : 'ruff');
  const args = ['check', '--isolated', '--select', 'E902', '--no-cache', '--quiet', '--exit-zero'];
  const env = toolEnvironment({ RAYON_NUM_THREADS: '1' });
  return async (folder) => void (await run(program, [...args, folder], { env }));
}

/** Tree-sitter in WebAssembly, https://www.npmjs.com/package/web-tree-sitter: parses a text and visits every node. */
export async function treeSitter(): Promise<(text: string) => number> {
  await Parser.init();
  const require = createRequire(import.meta.url);
  const parser = new Parser();
  parser.setLanguage(await Language.load(require.resolve('tree-sitter-python/tree-sitter-python.wasm')));
  return (text) => {
    const tree = parser.parse(text);
    if (!tree) throw new Error('tree-sitter was interrupted');
    const cursor = tree.walk();
    let visited = 0;
    for (;;) {
      // Whoever visits a node wants to know what it is and where.
      visited += cursor.nodeTypeId > 0 && cursor.endIndex >= cursor.startIndex ? 1 : 0;
      if (cursor.gotoFirstChild() || cursor.gotoNextSibling()) continue;
      let more = false;
      while (!more && cursor.gotoParent()) more = cursor.gotoNextSibling();
      if (!more) break;
    }
    cursor.delete();
    tree.delete();
    return visited;
  };
}
