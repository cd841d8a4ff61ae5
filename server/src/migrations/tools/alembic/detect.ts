import { parse } from 'smol-toml';
import { parseIni } from '../../../base/ini.ts';
import { basename, dirname } from '../../../base/paths.ts';
import type { Snapshot } from '../../../workspace/snapshot.ts';
import { urlDatabase } from '../database.ts';
import type { MigrationTool } from '../tool.ts';

/**
 * Alembic, by its `alembic.ini` or, since 1.16, `[tool.alembic]` in `pyproject.toml`
 * (https://alembic.sqlalchemy.org/en/latest/tutorial.html). Either must say where the migrations are: the `alembic.ini`
 * of Flask-Migrate does not, for it is run through Flask.
 */
export const alembic: MigrationTool = {
  name: 'alembic',
  detect(snapshot, program) {
    const configs = snapshot.projectFiles().filter((path) => isConfig(snapshot, path));
    return configs
      .filter((path) => basename(path) === 'alembic.ini' || !configs.includes(`${dirname(path)}/alembic.ini`))
      .map((config) => ({
        tool: 'alembic',
        folder: dirname(config),
        config,
        upgrade: ['-m', 'alembic', ...options(basename(config)), 'upgrade', 'head'],
        database: urlDatabase(snapshot, program, config),
      }));
  },
};

function isConfig(snapshot: Snapshot, path: string): boolean {
  const name = basename(path);
  if (/^alembic[\w.-]*\.ini$/.test(name)) {
    return parseIni(snapshot.readOther(path) ?? '').get('alembic', 'script_location') !== undefined;
  }
  return name === 'pyproject.toml' && hasScriptLocation(snapshot.readOther(path) ?? '');
}

function hasScriptLocation(toml: string): boolean {
  if (!toml.includes('alembic')) return false;
  try {
    const { tool } = parse(toml) as { tool?: { alembic?: { script_location?: unknown } } };
    return typeof tool?.alembic?.script_location === 'string';
  } catch {
    // Half-typed: Alembic could not read it either.
    return false;
  }
}

/** Alembic finds a file of its usual name by itself; `alembic.test.ini` it must be told. */
function options(name: string): readonly string[] {
  return name === 'alembic.ini' || name === 'pyproject.toml' ? [] : ['-c', name];
}
