import type { OrmAdapter } from './adapter.ts';
import { djangoModels } from './django/models.ts';
import { sqlalchemyModels } from './sqlalchemy/models.ts';

/** Every ORM we read, sorted by id. */
export const adapters: readonly OrmAdapter[] = [
  { id: 'django', models: djangoModels },
  { id: 'sqlalchemy', models: sqlalchemyModels },
];
