import type { Declarations } from '../../python/declaring.ts';
import { fieldNames, FORM_LIBRARIES, HARMLESS_BASES, isModelName } from './names.ts';

/** Files with models of Django, or with the configuration of an app. Agrees with what `models.ts` takes for a model. */
export const djangoDeclarations: Declarations = {
  libraries: ['django'],
  base(name) {
    if (isModelName(name) || /^django\.apps\.(config\.)?AppConfig$/.test(name)) return 'declares';
    if (HARMLESS_BASES.test(name)) return 'harmless';
    // `rest_framework.authtoken.models.Token` is a model all the same.
    return FORM_LIBRARIES.test(name) && !name.includes('.models.') ? 'harmless' : 'unknown';
  },
  memberWords: fieldNames,
  decoratorWords: [],
  words: [],
};
