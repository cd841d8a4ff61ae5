/** Which files of the ORM packages rendering needs, by their paths below `site-packages`. */

export function isPython(path: string): boolean {
  return path.endsWith('.py') && !/(^|\/)tests?\//.test(path);
}

export function neededOfSqlAlchemy(path: string): boolean {
  return isPython(path) && !/^sqlalchemy\/(testing|ext\/mypy)\//.test(path);
}

/** Without the admin, GIS, tests and migrations, with the formats of the one language that the sandbox speaks. */
export function neededOfDjango(path: string): boolean {
  if (/^django\/(contrib\/(admin|admindocs|gis)|test|core\/management\/commands)\//.test(path)) return false;
  if (/\/migrations\//.test(path) && path.startsWith('django/contrib/')) return false;
  if (/^django\/conf\/locale\/(?!en\/|__init__)/.test(path)) return false;
  return isPython(path);
}

/** Serializers alone. */
export function neededOfRestFramework(path: string): boolean {
  return /^rest_framework\/(__init__|compat|deprecation|exceptions|fields|relations|reverse|serializers|settings|status|validators|utils\/\w+)\.py$/.test(
    path,
  );
}

/** Without pydantic's first version and its plug-ins for other tools. */
export function neededOfSqlModel(path: string): boolean {
  return isPython(path) && !/^pydantic\/(v1\/|mypy\.py|_hypothesis)/.test(path);
}
