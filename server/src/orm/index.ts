import type { OrmAdapter } from './adapter.ts';
import { djangoDeclarations } from './django/declarations.ts';
import { djangoModels } from './django/models.ts';
import { sqlalchemyDeclarations } from './sqlalchemy/declarations.ts';
import { sqlalchemyModels } from './sqlalchemy/models.ts';

/** Every ORM we read, sorted by id. */
export const adapters: readonly OrmAdapter[] = [
  { id: 'django', declarations: djangoDeclarations, models: djangoModels },
  { id: 'sqlalchemy', declarations: sqlalchemyDeclarations, models: sqlalchemyModels },
];
