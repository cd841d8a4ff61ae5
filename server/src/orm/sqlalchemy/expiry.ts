import type { Call, Expr } from '../../python/syntax/nodes.ts';

/**
 * `expire_on_commit` as a session or a factory of them is given it; a class of the project may have its own default.
 * Source: https://docs.sqlalchemy.org/en/20/orm/session_api.html#sqlalchemy.orm.Session.params.expire_on_commit
 */
export function expiryOf({ keywords }: Call): { readonly expires?: boolean } {
  const given = givenExpiry(keywords);
  if (given) return given;
  const cls = keywords.find(({ name }) => name?.text === 'class_')?.value;
  const isKnown = !cls || (cls.kind === 'Name' && /^(Async)?Session$/.test(cls.id));
  return isKnown && keywords.every(({ name }) => name !== null) ? { expires: true } : {};
}

/** What a call of a factory says itself; null when it leaves that to the factory. */
export function givenExpiry(keywords: Call['keywords']): { readonly expires?: boolean } | null {
  const given: Expr | undefined = keywords.find(({ name }) => name?.text === 'expire_on_commit')?.value;
  if (!given) return null;
  return given.kind === 'Constant' && given.type === 'bool' ? { expires: given.value } : {};
}
