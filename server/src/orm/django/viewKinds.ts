/** Which classes are generic views of Django or of the REST framework. */
import type { GenericView } from '../../query/program.ts';
import type { Inference } from '../infer.ts';
import type { Value } from '../values.ts';

type View = Value & { readonly kind: 'object' };

const OF_DJANGO = /^django\.views\.generic\b/;
/** A `FormView` leaves it to the project what becomes of its form. */
const SAVING = /\.((Base)?(Create|Update)View|ModelFormMixin)$/;
const OF_REST = /^rest_framework\.(generics|viewsets|mixins)\b/;

/** What is known of a class that is a generic view; null for every other. */
export function genericView({ file, cls }: View, { program }: Inference): GenericView | null {
  const bases = program.bases(file, cls).flatMap((base) => (base.kind === 'external' ? base.name : []));
  if (bases.some((name) => OF_REST.test(name))) {
    const hasOwn = program.member(file, cls, 'filter_backends').symbol.kind !== 'unknown';
    const isFiltered = hasOwn || program.pathsMentioning(['DEFAULT_FILTER_BACKENDS']).length > 0;
    return { library: 'rest_framework', isFiltered, saves: true };
  }
  if (!bases.some((name) => OF_DJANGO.test(name))) return null;
  return { library: 'django', isFiltered: false, saves: bases.some((name) => SAVING.test(name)) };
}
