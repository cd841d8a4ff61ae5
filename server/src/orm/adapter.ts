/** What an ORM front end gives to the model graph and to the renderer. */
import type { Program, SourceFile } from '../python/types.ts';
import type { Locator } from './declared.ts';
import type { MappedTable, Model, OrmId } from './model.ts';

export interface OrmAdapter {
  readonly id: OrmId;
  /** Models and tables of all files, linked with each other. Half-typed and contradictory code is ordinary input. */
  models(context: ExtractContext): Extracted;
}

export interface ExtractContext {
  readonly program: Program;
  /** Files that can hold models, in path order. */
  readonly files: readonly SourceFile[];
  readonly locator: Locator;
  readonly django: DjangoFacts;
}

export interface Extracted {
  readonly models: readonly Model[];
  readonly tables: readonly MappedTable[];
}

/** What Django's settings say that models depend on; a project without settings has Django's own defaults. */
export interface DjangoFacts {
  readonly authUserModel: string;
  /** Dotted path of the field class: `django.db.models.BigAutoField`. */
  readonly defaultAutoField: string;
  /** `INSTALLED_APPS`, as far as it is made of strings. */
  readonly installedApps: readonly string[];
  /** Further settings with plain values, by name. */
  readonly values: Readonly<Record<string, string | number | boolean | null>>;
}

export const DEFAULT_DJANGO: DjangoFacts = {
  authUserModel: 'auth.User',
  defaultAutoField: 'django.db.models.AutoField',
  installedApps: [],
  values: {},
};
