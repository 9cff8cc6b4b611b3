import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const BLOCK = 512;
const MAX_LISTING_BYTES = 256 * 1024 * 1024;

export interface Archive {
  /** Of the bytes, as hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: Buffer;
}

/**
 * A gzipped tar of a source folder. Within a git work tree: what git tracks or would track, so that what an earlier step of the
 * job made is in it and what is ignored is not; elsewhere everything but
 * `.git` and `node_modules`. Sorted and without times and owners: the same files
 * give the same bytes.
 */
export async function packFolder(folder: string): Promise<Archive> {
  const blocks: Buffer[] = [];
  for (const path of [...(await filesOf(folder))].sort()) {
    const full = join(folder, path);
    const stat = await lstat(full).catch((error: NodeJS.ErrnoException) => {
      // Tracked, and deleted since.
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (stat?.isSymbolicLink()) blocks.push(...entry(path, 0o777, { link: await readlink(full) }));
    if (stat?.isFile()) blocks.push(...entry(path, stat.mode & 0o100 ? 0o755 : 0o644, { data: await readFile(full) }));
  }
  blocks.push(Buffer.alloc(2 * BLOCK));
  const bytes = await promisify(gzip)(Buffer.concat(blocks));
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes };
}

/** Paths with forward slashes, relative to the folder. */
async function filesOf(folder: string): Promise<readonly string[]> {
  const args = ['-C', folder, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  try {
    const { stdout } = await promisify(execFile)('git', args, { maxBuffer: MAX_LISTING_BYTES });
    return [...new Set(stdout.split('\0').filter((path) => path !== ''))];
  } catch (error) {
    // 128: no work tree; ENOENT: no git on this machine.
    const { code } = error as { code?: unknown };
    if (code !== 128 && code !== 'ENOENT') throw error;
  }
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((one) => !one.isDirectory())
    .map((one) => relative(folder, join(one.parentPath, one.name)).split(sep).join('/'))
    .filter((path) => !/(^|\/)(\.git|node_modules)\//.test(path));
}

type Content = { readonly data: Buffer } | { readonly link: string };

/** ustar with pax headers for what does not fit: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html */
function entry(path: string, mode: number, content: Content): Buffer[] {
  const data = 'data' in content ? content.data : Buffer.alloc(0);
  const link = 'link' in content ? content.link : '';
  const long = { ...(isLong(path) && { path }), ...(isLong(link) && { linkpath: link }) };
  const records = Buffer.concat(Object.entries(long).map(([name, value]) => paxRecord(name, value)));
  const main = [header({ path, mode, size: data.length, type: link === '' ? '0' : '2', link }), ...padded(data)];
  if (records.length === 0) return main;
  return [header({ path: 'pax', mode: 0o644, size: records.length, type: 'x', link: '' }), ...padded(records), ...main];
}

function isLong(text: string): boolean {
  return Buffer.byteLength(text) > 100 || /[^\x20-\x7e]/.test(text);
}

/** `<length> <name>=<value>\n`, where the length counts itself. */
function paxRecord(name: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${name}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return Buffer.from(`${length} ${name}=${value}\n`);
}

interface Header {
  readonly path: string;
  readonly mode: number;
  readonly size: number;
  readonly type: '0' | '2' | 'x';
  readonly link: string;
}

function header({ path, mode, size, type, link }: Header): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, offset: number, width: number): void => {
    block.write(value.toString(8).padStart(width - 1, '0'), offset, 'latin1');
  };
  block.write(path.slice(0, 100), 0, 100, 'utf8');
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  // The checksum is taken with spaces in its own place.
  block.fill(' ', 148, 156);
  block.write(type, 156, 'latin1');
  block.write(link.slice(0, 100), 157, 100, 'utf8');
  block.write('ustar\x0000', 257, 'latin1');
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  block[154] = 0;
  block[155] = 0x20;
  return block;
}

function padded(data: Buffer): Buffer[] {
  const rest = data.length % BLOCK;
  return rest === 0 ? [data] : [data, Buffer.alloc(BLOCK - rest)];
}
