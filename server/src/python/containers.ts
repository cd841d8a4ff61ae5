/**
 * Methods of Python's lists, dicts, sets and deques that change what they are called on; the renderer's counterpart is
 * `contents.py`. Source: https://docs.python.org/3/library/stdtypes.html, …/library/collections.html
 */

/** Those after which it holds other things than before. */
export const CHANGING_CONTENTS: ReadonlySet<string> = new Set([
  ...['append', 'extend', 'insert', 'add', 'update', 'setdefault', 'appendleft', 'extendleft'],
  ...['remove', 'discard', 'pop', 'popitem', 'popleft', 'clear', 'subtract'],
  ...['intersection_update', 'difference_update', 'symmetric_difference_update'],
]);

/** All of them, with those after which it holds the same in another order. */
export const CHANGING: ReadonlySet<string> = new Set([
  ...CHANGING_CONTENTS,
  ...['sort', 'reverse', 'rotate', 'move_to_end'],
]);
