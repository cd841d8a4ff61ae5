/** Python as people write it: the samples of the product and the code of all cases. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { caseFiles } from '../../harness/cases.ts';

/** Every Python file below `examples`. */
export function exampleSources(): readonly string[] {
  const folder = join(import.meta.dirname, '../../../examples');
  return globSync('**/*.py', { cwd: folder })
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .filter((text) => text.length > 100);
}

/** Every Python file of every case. */
export function caseSources(): readonly string[] {
  const cases = caseFiles(join(import.meta.dirname, '../../cases')).flatMap((file) => file.cases);
  const texts = cases.flatMap(({ files }) => Object.entries(files));
  return [...new Set(texts.filter(([path]) => path.endsWith('.py')).map(([, text]) => text))];
}
