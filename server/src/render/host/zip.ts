import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

/** Reads every file of a zip: path to bytes. Folders are left out. Throws when it is not a zip or is damaged. */
export function readZip(zip: Buffer): Map<string, Buffer> {
  const end = zip.lastIndexOf(endSignature);
  if (end < 0) throw new Error('This is no zip file');
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [method, crc, packedSize] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 16), zip.readUInt32LE(at + 20)];
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field));
    const header = zip.readUInt32LE(at + 42);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength!);
    const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
    const packed = zip.subarray(start, start + packedSize);
    if (!name.endsWith('/')) {
      const bytes = method === 0 ? packed : inflateRawSync(packed);
      if (crc32(bytes) !== crc) throw new Error(`${name} is damaged in its zip file`);
      files.set(name, bytes);
    }
    at += 46 + nameLength! + extraLength! + commentLength!;
  }
  return files;
}

/**
 * Writes a zip that depends on nothing but the files: sorted by path, all of the same date.
 * `compress` false leaves the files as they are, for a reader in a hurry.
 */
export function writeZip(files: ReadonlyMap<string, Uint8Array>, compress: boolean): Buffer {
  const [parts, directory]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [path, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const packed = compress ? deflateRawSync(bytes, { level: 9 }) : bytes;
    const name = Buffer.from(path);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // version needed
    common.writeUInt16LE(0x800, 2); // names are UTF-8
    common.writeUInt16LE(compress ? 8 : 0, 4);
    common.writeUInt16LE(0x21, 8); // 1 January 1980, the first day a zip knows
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    parts.push(localSignature, common, name, Buffer.from(packed.buffer, packed.byteOffset, packed.length));
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(centralSignature, Buffer.of(20, 0), common, rest, name);
    offset += 30 + name.length + packed.length;
  }
  const directorySize = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.size, 4);
  end.writeUInt16LE(files.size, 6);
  end.writeUInt32LE(directorySize, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, ...directory, endSignature, end]);
}

const localSignature = Buffer.from('PK\x03\x04', 'latin1');
const centralSignature = Buffer.from('PK\x01\x02', 'latin1');
const endSignature = Buffer.from('PK\x05\x06', 'latin1');
