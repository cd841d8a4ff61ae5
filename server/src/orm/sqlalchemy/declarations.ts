import type { Declarations } from '../../python/declaring.ts';
import { fromLibrary, HARMLESS_BASES } from './names.ts';

/** Files with mapped classes, mappings or tables. Agrees with what `bases.ts`, `imperative.ts` and `tables.ts` take for one. */
export const sqlalchemyDeclarations: Declarations = {
  libraries: ['sqlalchemy', 'flask_sqlalchemy', 'sqlmodel'],
  base(name) {
    if (fromLibrary(name) !== null) return 'declares';
    return HARMLESS_BASES.test(name) ? 'harmless' : 'unknown';
  },
  memberWords: ['Column', 'mapped_column'],
  decoratorWords: ['mapped', 'as_declarative'],
  words: ['Table(', 'map_imperatively(', 'mapper('],
};
