import type { OrmAdapter } from './adapter.ts';
import { djangoDeclarations } from './django/declarations.ts';
import { djangoMethods } from './django/methods.ts';
import { djangoModels } from './django/models.ts';
import { sqlalchemyDeclarations } from './sqlalchemy/declarations.ts';
import { sqlalchemyMethods } from './sqlalchemy/changingMethods.ts';
import { sqlalchemyModels } from './sqlalchemy/models.ts';

/** Every ORM we read, sorted by id. */
export const adapters: readonly OrmAdapter[] = [
  { id: 'django', declarations: djangoDeclarations, models: djangoModels, methods: djangoMethods },
  { id: 'sqlalchemy', declarations: sqlalchemyDeclarations, models: sqlalchemyModels, methods: sqlalchemyMethods },
];
