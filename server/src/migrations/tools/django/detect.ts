import { basename, dirname } from '../../../base/paths.ts';
import { settingsDatabase } from '../database.ts';
import type { MigrationTool } from '../tool.ts';

/** Django, by the `manage.py` that `startproject` writes. */
export const django: MigrationTool = {
  name: 'django',
  detect(snapshot, program) {
    const scripts = snapshot.pythonPaths().filter((path) => basename(path) === 'manage.py');
    return scripts
      .filter((path) => /\bdjango\b|DJANGO_SETTINGS_MODULE/.test(snapshot.text(path) ?? ''))
      .map((config) => ({
        tool: 'django',
        folder: dirname(config),
        config,
        upgrade: ['manage.py', 'migrate'],
        database: settingsDatabase(snapshot, program, config),
      }));
  },
};
