import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Digest of a large source tree, cold (no cache) and warm (nothing changed), beside what everybody knows the speed of: `git status` on
 * the same tree, which also knows files again by size, time and inode, and `tar | sha256sum`, which reads everything.
 * Each runs in a process of its own; peak memory is the kernel's (`ru_maxrss`). Usage: npm run bench:source [-- FILES MEGABYTES]
 */
const [files = 50_000, megabytes = 1024] = process.argv.slice(2).map(Number);
const FILES_PER_FOLDER = 100;

interface Row {
  readonly name: string;
  readonly seconds: number;
  readonly peakInMb: number;
}

const root = await mkdtemp(join(tmpdir(), 'draftgenie-bench-'));
try {
  const tree = join(root, 'tree');
  await generate(tree);
  const git = ['-C', tree, '-c', 'user.name=Bench', '-c', 'user.email=bench@example.com'];
  execFileSync('git', [...git, 'init', '--quiet']);
  execFileSync('git', [...git, 'add', '.']);
  execFileSync('git', [...git, 'commit', '--quiet', '--message', 'all']);
  await writeFile(join(root, 'status.sh'), `git -C '${tree}' status --short`);
  await writeFile(join(root, 'tar.sh'), `tar -C '${tree}' --exclude .git -c . | sha256sum`);
  const cache = join(root, 'cache', 'source-cache.txt');
  const digest = [fileURLToPath(new URL('./digest-once.ts', import.meta.url)), tree, cache];
  execFileSync('tar', ['-C', tree, '-cf', '/dev/null', '.']);
  const rows: readonly Row[] = [
    measure('digest, cold', process.execPath, digest),
    measure('digest, warm', process.execPath, digest),
    measure('git status', 'sh', [join(root, 'status.sh')]),
    measure('tar to sha256sum', 'sh', [join(root, 'tar.sh')]),
  ];
  print(rows);
} finally {
  await rm(root, { recursive: true, force: true });
}

/** Sizes as in real trees: most files are small, and a few make up most of the bytes. */
async function generate(tree: string): Promise<void> {
  const total = megabytes * 1024 * 1024;
  const large = Math.max(1, Math.floor(files / 500));
  const largeSize = Math.floor((total * 0.6) / large);
  const smallSize = Math.floor((total * 0.4) / (files - large));
  let seed = 1;
  for (let index = 0; index < files; index += 1) {
    const folder = join(
      tree,
      `src/${Math.floor(index / FILES_PER_FOLDER / 20)}/${Math.floor(index / FILES_PER_FOLDER)}`,
    );
    if (index % FILES_PER_FOLDER === 0) await mkdir(folder, { recursive: true });
    const size = index < large ? largeSize : smallSize;
    const content = Buffer.alloc(size);
    // Cheap noise: nothing here compresses or compares to equal.
    for (let at = 0; at + 4 <= size; at += 64) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      content.writeUInt32LE(seed, at);
    }
    await writeFile(join(folder, `file-${index}.txt`), content);
  }
  await writeFile(join(tree, 'Dockerfile'), 'FROM scratch\nCOPY src /src\n');
  await writeFile(join(tree, '.dockerignore'), '.git\n**/node_modules\n!src/keep\n');
  // What was written in this very instant is hashed again, as git does.
  const { mtimeMs } = await stat(join(tree, '.dockerignore'));
  while (Date.now() <= mtimeMs + 50);
}

/** Runs the command under a shell-less wrapper that tells the peak memory of all its processes. */
function measure(name: string, command: string, words: readonly string[]): Row {
  const wrapper = fileURLToPath(new URL('./measure.ts', import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [wrapper, command, ...words], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
  const { seconds, peakInMb } = JSON.parse(stdout) as Omit<Row, 'name'>;
  return { name, seconds, peakInMb };
}

function print(rows: readonly Row[]): void {
  const status = rows.find(({ name }) => name === 'git status')?.seconds ?? Number.NaN;
  const tar = rows.find(({ name }) => name === 'tar to sha256sum')?.seconds ?? Number.NaN;
  const lines = [
    `${files} files, ${megabytes} MB, Node ${process.version}`,
    '',
    '| what | seconds | × git status | × tar and sha256sum | peak memory |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows.map(
      ({ name, seconds, peakInMb }) =>
        `| ${name} | ${seconds.toFixed(2)} | ${(seconds / status).toFixed(2)} | ${(seconds / tar).toFixed(2)} | ${peakInMb.toFixed(0)} MB |`,
    ),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
