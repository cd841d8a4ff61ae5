import { readFile, rename, writeFile } from 'node:fs/promises';
import { constants, gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib';
import { promisify } from 'node:util';
import type { Python } from './python.ts';

/**
 * Writes Python's whole memory to a file, compressed, and gives its size before.
 * Both formats carry a checksum, so a damaged file is found out when it is read.
 */
export async function writeSnapshot(python: Python, file: string): Promise<number> {
  const memory = python.makeMemorySnapshot();
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, await compress(memory));
  await rename(unfinished, file);
  return memory.length;
}

/** Reads it again. Rejects when the file is missing or damaged. */
export async function readSnapshot(file: string): Promise<Uint8Array> {
  const packed = await readFile(file);
  const bytes = packed[0] === gzipMagic ? await promisify(gunzip)(packed) : await promisify(zstdDecompress)(packed);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

const gzipMagic = 0x1f;

/** Node before 22.15 has no zstd. */
function compress(bytes: Uint8Array): Promise<Buffer> {
  if (!zstdCompress) return promisify(gzip)(bytes, { level: 1 });
  const params = { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 };
  return promisify(zstdCompress)(bytes, { params });
}
