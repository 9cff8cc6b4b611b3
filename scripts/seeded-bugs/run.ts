/**
 * Puts one bug at a time into a copy of the tree and runs the tests that must notice it: `npm run test:seeded-bugs`, or
 * with words from their names for some of them. Exit code 1 when a bug goes unnoticed or its text is not there any more.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUGS } from './bugs.ts';
import type { SeededBug } from './rows.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COPIED = ['src', 'test', 'examples', 'scripts', 'host.json', 'package.json', 'tsconfig.json', 'vitest.config.ts'];
const WORKERS = Number(process.env.SEEDED_BUGS_WORKERS ?? 2);
const LONGEST_TEST_IN_MS = 120_000;

type Outcome = 'noticed' | 'UNNOTICED' | 'TEXT NOT FOUND' | 'NO TEST RAN';

const base = await mkdtemp(join(tmpdir(), 'seeded-bugs-'));
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(base, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const words = process.argv.slice(2);
const chosen = BUGS.filter(({ name }) => words.every((word) => name.includes(word)));
const trees = await Promise.all(Array.from({ length: WORKERS }, (_, index) => copyTree(`tree-${index}`)));

const files = [...new Set(chosen.flatMap(({ tests }) => tests))];
process.stdout.write(`${chosen.length} bugs; first, ${files.length} test files without any\n`);
const sound = await runTests(trees[0] ?? '', files);
if (sound.failed > 0 || sound.passed === 0) {
  process.stdout.write(`The tests are not green without a bug (${sound.failed} failed):\n${sound.output}\n`);
  process.exit(1);
}

const outcomes = new Map<SeededBug, Outcome>();
const next = chosen.values();
await Promise.all(
  trees.map(async (tree) => {
    for (const bug of next) {
      const outcome = await tryBug(tree, bug);
      outcomes.set(bug, outcome);
      process.stdout.write(`${outcome.padEnd(14)}  ${bug.file.padEnd(40)}  ${bug.name}\n`);
    }
  }),
);
const noticed = [...outcomes.values()].filter((outcome) => outcome === 'noticed').length;
process.stdout.write(`${noticed} of ${chosen.length} seeded bugs were noticed\n`);
process.exitCode = noticed === chosen.length && chosen.length > 0 ? 0 : 1;

async function tryBug(tree: string, { file, find, replace, tests }: SeededBug): Promise<Outcome> {
  const path = join(tree, file);
  const text = await readFile(path, 'utf8').catch(() => '');
  if (text.split(find).length !== 2) return 'TEXT NOT FOUND';
  await writeFile(
    path,
    text.replace(find, () => replace),
  );
  try {
    const { failed, passed } = await runTests(tree, tests);
    if (failed > 0) return 'noticed';
    return passed > 0 ? 'UNNOTICED' : 'NO TEST RAN';
  } finally {
    await writeFile(path, text);
  }
}

/** A tree of its own for each worker; packages are shared. */
async function copyTree(name: string): Promise<string> {
  const tree = join(base, name, 'tree');
  await mkdir(tree, { recursive: true });
  for (const part of COPIED) await cp(join(ROOT, part), join(tree, part), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  return tree;
}

interface Report {
  readonly numFailedTests: number;
  readonly numPassedTests: number;
}

/** Counts of tests, not of files: a bug that only breaks an import would prove nothing. */
async function runTests(
  tree: string,
  tests: readonly string[],
): Promise<{ readonly failed: number; readonly passed: number; readonly output: string }> {
  const report = join(tree, 'report.json');
  rmSync(report, { force: true });
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const args = ['run', '--reporter=json', `--outputFile=${report}`, '--bail=1', '--testTimeout=60000', ...tests];
  const child = spawn(process.execPath, [vitest, ...args], { cwd: tree, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += String(chunk)));
  const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_TEST_IN_MS);
  await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  children.delete(child);
  // A test that hangs is red as well, and leaves no report.
  if (!existsSync(report)) return { failed: child.signalCode === 'SIGKILL' ? 1 : 0, passed: 0, output };
  const { numFailedTests, numPassedTests } = JSON.parse(await readFile(report, 'utf8')) as Report;
  return { failed: numFailedTests, passed: numPassedTests, output };
}
