import { ancestors, dirname, join } from '../base/paths.ts';
import type { FileSystem } from './fileSystem.ts';

/**
 * The folder of the project a file belongs to: the nearest one above it that holds version control or a project file.
 * A single file given on the command line is read together with the rest of its project. Undefined when there is none.
 */
export function projectFolderOf(fs: FileSystem, path: string): string | undefined {
  const start = fs.stat(path)?.kind === 'folder' ? path : dirname(path);
  let nearest: string | undefined;
  for (const folder of ancestors(start)) {
    if (fs.stat(join(folder, '.git'))) return folder;
    if (!nearest && markers.some((name) => fs.stat(join(folder, name)))) nearest = folder;
  }
  return nearest;
}

const markers = ['pyproject.toml', 'manage.py', 'setup.py', 'setup.cfg', 'alembic.ini', 'requirements.txt', 'Pipfile'];
