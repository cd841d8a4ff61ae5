const pageSize = 65_536;

/**
 * Keeps every WebAssembly memory below a limit, in bytes: growing past it fails, and Python raises `MemoryError`.
 * Emscripten would go up to 4 GB, and the limits Node has for its own heap do not count this memory.
 */
export function limitMemory(limit: number): void {
  const { prototype } = webAssembly.Memory;
  const grow = prototype.grow;
  prototype.grow = function (pages) {
    if (this.buffer.byteLength + pages * pageSize > limit) throw new RangeError('The memory limit is reached');
    return grow.call(this, pages);
  };
}

/** Makes the next WebAssembly module that brings a memory start with at least so many bytes of it. */
export function growNextMemory(bytes: number): void {
  const instantiate = webAssembly.instantiate;
  webAssembly.instantiate = async (source, imports) => {
    const result = await instantiate.call(webAssembly, source, imports);
    const memory = result.instance?.exports['memory'];
    if (memory instanceof webAssembly.Memory) {
      webAssembly.instantiate = instantiate;
      const missing = bytes - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / pageSize));
    }
    return result;
  };
}

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(this: Memory, pages: number): number;
}

/** The part that is used here; TypeScript has these types for browsers only. */
interface WebAssemblyApi {
  readonly Memory: { readonly prototype: Memory; new (): Memory };
  /** Without `instance` when it is given a module instead of bytes. */
  instantiate(source: unknown, imports: unknown): Promise<{ instance?: { exports: Record<string, unknown> } }>;
}

const webAssembly = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;
