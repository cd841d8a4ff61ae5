import type { Declarations } from '../../python/declaring.ts';
import { fieldNames, HARMLESS_BASES, isModelName } from './names.ts';

/** Files with models of Django, or with the configuration of an app. Agrees with what `models.ts` takes for a model. */
export const djangoDeclarations: Declarations = {
  libraries: ['django'],
  base(name) {
    if (isModelName(name) || /^django\.apps\.(config\.)?AppConfig$/.test(name)) return 'declares';
    return HARMLESS_BASES.test(name) ? 'harmless' : 'unknown';
  },
  memberWords: fieldNames,
  decoratorWords: [],
  words: [],
};
