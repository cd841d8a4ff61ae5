import type { OrmAdapter } from './adapter.ts';
import { djangoModels } from './django/models.ts';
import { sqlalchemyModels } from './sqlalchemy/models.ts';

/** Every ORM we read, sorted by id. */
export const adapters: readonly OrmAdapter[] = [
  { id: 'django', libraries: ['django'], models: djangoModels },
  { id: 'sqlalchemy', libraries: ['sqlalchemy', 'flask_sqlalchemy', 'sqlmodel'], models: sqlalchemyModels },
];
