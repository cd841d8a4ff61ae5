import type { Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';

const TIME_ZONE = /^django\.utils\.timezone\.(override|activate)(\(\))?$/;

/** Whether a decorator, what a `with` enters or a call sets the time zone in which Django reads dates (https://docs.djangoproject.com/en/5.2/ref/utils/#django.utils.timezone.override). */
export function setsTimeZone(expr: Expr, file: SourceFile, inference: Inference): boolean {
  const value = inference.valueOf(file, expr);
  return value.kind === 'external' && TIME_ZONE.test(value.name);
}
