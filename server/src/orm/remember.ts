import type { Recorded } from '../base/recorder.ts';
import type { Node } from '../python/syntax/nodes.ts';
import type { Inference } from './infer.ts';

/**
 * Remembers answers about nodes that an inference is asked about again and again: each is worked out once. Whoever records
 * meanwhile gets what a remembered answer was made from, too.
 */
export function rememberPerInference<T>(): (
  inference: Inference,
  node: Node,
  compute: () => T,
  /** The answer where working it out leads back to the same question; without it there must be no such way. */
  meanwhile?: T,
) => T {
  const memory = new WeakMap<Inference, WeakMap<Node, Recorded<T>>>();
  return (inference, node, compute, meanwhile) => {
    const { recorder } = inference.program;
    let answers = memory.get(inference);
    if (!answers) memory.set(inference, (answers = new WeakMap<Node, Recorded<T>>()));
    const known = answers.get(node);
    if (known) return recorder.reuse(known);
    if (meanwhile !== undefined) answers.set(node, { value: meanwhile, trace: null });
    const answer = recorder.record(compute);
    answers.set(node, answer);
    return answer.value;
  };
}
