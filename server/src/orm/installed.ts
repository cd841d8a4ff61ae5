/** Names of libraries that are read from the project's environment, because models are made of them. */
import type { Expr } from '../python/syntax/nodes.ts';
import type { Binding, Program, Scope, SourceFile, Symbol } from '../python/types.ts';

/**
 * Libraries that are known by their names and never read: the ORMs and what the renderer gives of others, which it has
 * itself, and those whose classes are known to map nothing, or to map what they do by their name (taggit). Names of the
 * standard library are not among what is installed.
 */
const KNOWN_BY_NAME =
  /^(sqlalchemy|sqlmodel|flask_sqlalchemy|django|peewee|playhouse|tortoise|builtins|typing|typing_extensions|pydantic|pydantic_core|pydantic_settings|marshmallow|attrs?|flask|flask_login|itsdangerous|werkzeug|fastapi|starlette|rest_framework|django_filters|graphene|strawberry|celery|redis|requests|httpx|six|pytest|alembic|taggit|sqlalchemy_utils\.(observer\.)?observes)(\.|$)/;

/** `a = b` through this many packages is the most that is followed. */
const MAX_STEPS = 10;

/** What a symbol means once the environment of the file is asked for names of libraries that are not known by name. */
export function throughEnvironment(program: Program, file: SourceFile, symbol: Symbol): Symbol {
  let current = symbol;
  for (let i = 0; i < MAX_STEPS && current.kind === 'external' && !KNOWN_BY_NAME.test(current.name); i++) {
    const found = program.installed(current.name, file);
    if (!found || found.kind === 'unknown' || (found.kind === 'external' && found.name === current.name)) break;
    current = found;
  }
  return current;
}

/** `Program.resolve` that also knows what is installed. */
export function resolveInstalled(program: Program, file: SourceFile, expr: Expr, scope?: Scope): Symbol {
  return throughEnvironment(program, file, program.resolve(file, expr, scope));
}

/** `Program.follow` that also knows what is installed. */
export function followInstalled(program: Program, file: SourceFile, binding: Binding): Symbol {
  return throughEnvironment(program, file, program.follow(file, binding));
}

/** Whether a file belongs to an environment, not to the workspace. */
export function isInstalledFile(program: Program, path: string): boolean {
  return path !== '' && program.snapshot.environments.some((each) => path.startsWith(`${each.path}/`));
}
