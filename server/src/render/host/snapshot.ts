import { readFile, rename, writeFile } from 'node:fs/promises';
import { constants, gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib';
import { promisify } from 'node:util';
import type { Python } from './python.ts';

/** Python's memory, of a size that is known before it is all there. */
export interface Snapshot {
  readonly size: number;
  readonly bytes: Promise<Uint8Array>;
}

/**
 * Writes Python's whole memory to a file, compressed, and gives its size before.
 * Both ways of compressing carry a checksum, so a damaged file is found out when it is read.
 */
export async function writeSnapshot(python: Python, file: string): Promise<number> {
  const memory = python.makeMemorySnapshot();
  const header = Buffer.alloc(headerSize);
  header.write(magic, 'latin1');
  header.writeUInt32LE(memory.length, magic.length);
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, Buffer.concat([header, await compress(memory)]));
  await rename(unfinished, file);
  return memory.length;
}

/** Opens it again. Rejects, here or at `bytes`, when the file is missing or damaged. */
export async function readSnapshot(file: string): Promise<Snapshot> {
  const packed = await readFile(file);
  if (packed.toString('latin1', 0, magic.length) !== magic) throw new Error('This is no snapshot');
  const size = packed.readUInt32LE(magic.length);
  return { size, bytes: decompress(packed.subarray(headerSize), size) };
}

const magic = 'Ormsight snapshot 1\n';
const headerSize = magic.length + 4;
const gzipMagic = 0x1f;

/** Node before 22.15 has no zstd. */
function compress(bytes: Uint8Array): Promise<Buffer> {
  if (!zstdCompress) return promisify(gzip)(bytes, { level: 1 });
  const params = { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 };
  return promisify(zstdCompress)(bytes, { params });
}

async function decompress(packed: Buffer, size: number): Promise<Uint8Array> {
  // One piece of the whole size: in the usual small ones it takes four times as long.
  const options = { chunkSize: size, maxOutputLength: size };
  const unpack = packed[0] === gzipMagic ? promisify(gunzip) : promisify(zstdDecompress);
  const bytes = await unpack(packed, options);
  if (bytes.length !== size) throw new Error('The snapshot is not whole');
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
