import { libraryName } from '../ide/labels.ts';
import type { RendererState } from '../protocol/renderer.ts';
import type { RendererLibraryState } from '../render/renderer.ts';

/** How the renderer is, over all the libraries it runs: what starts or failed comes before what is ready. */
export class RendererStatus {
  readonly #libraries = new Map<string, RendererLibraryState & { readonly kind: RendererState['kind'] }>();
  readonly #listeners = new Set<(state: RendererState) => void>();
  #failure: string | null = null;

  get state(): RendererState {
    if (this.#failure !== null) return { kind: 'failed', library: null, message: this.#failure };
    const states = [...this.#libraries.values()];
    const worst = ['failed', 'starting', 'ready'].flatMap((kind) => states.filter((state) => state.kind === kind))[0];
    if (!worst) return { kind: 'idle', library: null, message: null };
    return { kind: worst.kind, library: libraryName(worst.library, worst.version), message: worst.message };
  }

  /** The library that starts at this moment; null when none does. */
  get starting(): string | null {
    const state = [...this.#libraries.values()].find(({ kind }) => kind === 'starting');
    return state ? libraryName(state.library, state.version) : null;
  }

  onChange(listener: (state: RendererState) => void): void {
    this.#listeners.add(listener);
  }

  change(state: RendererLibraryState): void {
    const name = `${state.library} ${state.version}`;
    if (state.kind === 'replaced') this.#libraries.delete(name);
    else this.#libraries.set(name, { ...state, kind: state.kind });
    this.#tell();
  }

  /** The renderer cannot work at all; the message says why. */
  fail(message: string): void {
    this.#failure = message;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.state);
  }
}
