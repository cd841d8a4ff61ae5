/** A package that says in its `__init__.py` that others add to it (https://docs.python.org/3/library/pkgutil.html). */
export function isSharedNamespace(text: string): boolean {
  return text.length < 4000 && /\b(extend_path|declare_namespace)\s*\(/.test(text);
}
