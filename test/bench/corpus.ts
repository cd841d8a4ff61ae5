import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The Python files of a folder, without those that nobody wrote by hand. */
export async function pythonFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.py'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/[\\/](node_modules|\.venv|venv|site-packages)[\\/]/.test(file))
    .toSorted();
}
