/** Writes `sql-in-python.tmLanguage.json`: `node syntaxes/build.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sqlInPython } from './sqlInPython.ts';

writeFileSync(
  join(import.meta.dirname, 'sql-in-python.tmLanguage.json'),
  `${JSON.stringify(sqlInPython(), null, 2)}\n`,
);
