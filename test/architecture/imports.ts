import { readFile, readdir } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import * as esbuild from 'esbuild';
import { bundles, esbuildOptions } from '../../scripts/build/bundles.ts';
import { root } from '../../scripts/root.ts';

export interface Import {
  /** A file of ours, relative to the root, with `/`. */
  readonly from: string;
  /** Another file of ours, or the name of a package or built-in. */
  readonly to: string;
  readonly isOurs: boolean;
}

/** What is imported at run time, by esbuild's account of each bundle, and the bundles' own files. */
export async function bundledImports(): Promise<{ imports: Import[]; inputs: ReadonlyMap<string, readonly string[]> }> {
  const imports: Import[] = [];
  const inputs = new Map<string, readonly string[]>();
  for (const bundle of bundles()) {
    const options = { ...esbuildOptions(bundle, false), write: false, sourcemap: false, metafile: true } as const;
    const { metafile } = await esbuild.build(options);
    const ours = Object.entries(metafile.inputs).filter(([path]) => !path.startsWith('node_modules/'));
    inputs.set(
      bundle.name,
      ours.map(([path]) => path),
    );
    for (const [from, input] of ours) {
      for (const { path, external, original } of input.imports) {
        const isOurs = !external && !path.startsWith('node_modules/');
        imports.push({ from, to: isOurs ? path : packageName(original ?? path), isOurs });
      }
    }
  }
  return { imports, inputs };
}

/** What the text of every source file imports, types included: esbuild drops those. */
export async function writtenImports(): Promise<Import[]> {
  const imports: Import[] = [];
  for (const from of await sourceFiles()) {
    const text = await readFile(join(root, from), 'utf8');
    for (const [, specifier = ''] of text.matchAll(
      /^(?:import|export)\b[^;'"]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm,
    )) {
      const isOurs = specifier.startsWith('.');
      imports.push({ from, to: isOurs ? posix.join(dirname(from), specifier) : packageName(specifier), isOurs });
    }
  }
  return imports;
}

async function sourceFiles(): Promise<string[]> {
  const folders = await Promise.all(
    ['client', 'server/src'].map(async (folder) => {
      const files = await readdir(join(root, folder), { recursive: true });
      return files.map((file) => posix.join(folder, file.replaceAll('\\', '/')));
    }),
  );
  return folders.flat().filter((file) => file.endsWith('.ts') && !file.includes('node_modules'));
}

function packageName(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  const [first = '', second] = specifier.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}
