import { decodePython, type Decoded } from './decode.ts';
import type { FileSystem } from './fileSystem.ts';

let lastVersion = 0;

/** One version of one text; what is on disk is read when it is first asked for. A new version has a new number. */
export class TextFile {
  readonly version = ++lastVersion;
  #decoded: Decoded | undefined;
  readonly #read: (() => Decoded) | undefined;

  static of(text: string): TextFile {
    return new TextFile({ text: text.startsWith('\uFEFF') ? text.slice(1) : text }, undefined);
  }

  static onDisk(fs: FileSystem, path: string, maxBytes: number): TextFile {
    return new TextFile(undefined, () => {
      const stat = fs.stat(path);
      if (stat?.kind !== 'file') return { reason: stat ? 'it is not a file' : 'it does not exist any more' };
      if (stat.size > maxBytes) return { reason: `it is larger than ${formatSize(maxBytes)}` };
      const bytes = fs.readFile(path);
      return bytes ? decodePython(bytes) : { reason: 'it cannot be read' };
    });
  }

  constructor(decoded: Decoded | undefined, read: (() => Decoded) | undefined) {
    this.#decoded = decoded;
    this.#read = read;
  }

  get wasRead(): boolean {
    return this.#decoded !== undefined;
  }

  get text(): string | undefined {
    const decoded = this.#get();
    return 'text' in decoded ? decoded.text : undefined;
  }

  get reason(): string | undefined {
    const decoded = this.#get();
    return 'reason' in decoded ? decoded.reason : undefined;
  }

  #get(): Decoded {
    return (this.#decoded ??= this.#read?.() ?? { text: '' });
  }
}

function formatSize(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${Math.round(bytes / 1024 / 1024)} MB` : `${Math.round(bytes / 1024)} kB`;
}
