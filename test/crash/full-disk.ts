import fs from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { devNull } from 'node:os';

/**
 * Loaded with `node --import` before the product: from the n-th write to a file on, the disk is full. The first write that fails
 * has half of its bytes written, as happens when the last block is taken; what was written before stays, and files can still be
 * opened, renamed and removed.
 *
 * DISK_FULL_AT=n, and COUNT_WRITES_IN=file for how many there were in the end.
 */
const fullAt = Number(process.env.DISK_FULL_AT ?? Number.POSITIVE_INFINITY);
const countFile = process.env.COUNT_WRITES_IN;
let writes = 0;

/** How much of a write still fits: all, the first half, or nothing. */
function room(): 'all' | 'half' | 'none' {
  writes += 1;
  if (writes < fullAt) return 'all';
  return writes === fullAt ? 'half' : 'none';
}

function noSpace(call: string): NodeJS.ErrnoException {
  const error = new Error(`ENOSPC: no space left on device, ${call}`);
  return Object.assign(error, { code: 'ENOSPC', errno: -28, syscall: call });
}

function half(data: unknown): Buffer {
  const bytes = Buffer.isBuffer(data) ? data : Buffer.from(String(data));
  return bytes.subarray(0, bytes.length >> 1);
}

/** The state, the run store and everything else that is written through a handle. */
const probe = await fs.promises.open(devNull, 'w');
const handles = Object.getPrototypeOf(probe) as Pick<FileHandle, 'writeFile' | 'appendFile'>;
await probe.close();
for (const name of ['writeFile', 'appendFile'] as const) {
  const original = handles[name];
  handles[name] = async function (this: FileHandle, data: string | Uint8Array, ...rest) {
    const left = room();
    if (left === 'all') return await original.call(this, data, ...rest);
    if (left === 'half') await original.call(this, half(data));
    throw noSpace('write');
  };
}

const { writeFile } = fs.promises;
fs.promises.writeFile = async (file, data, options) => {
  const left = room();
  if (left === 'all') return await writeFile(file, data, options);
  await writeFile(file, left === 'half' ? half(data) : '', options);
  throw noSpace('write');
};

/** The log file. */
const { appendFileSync } = fs;
fs.appendFileSync = (file, data, options) => {
  const left = room();
  if (left === 'all') return appendFileSync(file, data, options);
  if (left === 'half') appendFileSync(file, half(data), options);
  throw noSpace('write');
};

/** The journal: see src/runtime/durable/journal.ts. */
const { write } = fs;
type Written = (error: NodeJS.ErrnoException | null, written: number, buffer: Buffer) => void;
fs.write = Object.assign((descriptor: number, bytes: Buffer, offset: number, written: Written): void => {
  const left = room();
  if (left === 'all') write(descriptor, bytes, offset, written);
  else if (left === 'none') written(noSpace('write'), 0, bytes);
  else write(descriptor, half(bytes), () => written(noSpace('write'), 0, bytes));
}, write) as unknown as typeof write;
syncBuiltinESMExports();

if (countFile !== undefined) process.on('exit', () => fs.writeFileSync(countFile, String(writes)));
