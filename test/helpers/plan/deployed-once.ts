import { createHash } from 'node:crypto';
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CliResult } from '../cli.ts';
import { type Contents, contentsBelow } from '../files.ts';
import { madeOnce } from '../product/kept.ts';

/** What a deployment printed, and the files that it left. */
interface KeptDeployment {
  /** The directory it ran in; what it wrote may name it. */
  readonly directory: string;
  readonly result: CliResult;
  readonly files: Readonly<Record<string, { readonly mode: number; readonly content: string }>>;
}

/**
 * The first deployment into a directory. Many tests begin with the same one: the first of them really makes it, and each later one of
 * this run of the tests, with the same files, arguments and environment, gets what that one printed and left.
 *
 * @param deploy only successes are kept
 */
export async function deployedOnce(
  directory: string,
  args: readonly string[],
  deploy: () => Promise<CliResult>,
): Promise<CliResult> {
  const before = digests(contentsBelow(directory));
  const { value, isNew } = await madeOnce(
    digestOf([args, environment(), before]),
    async (): Promise<KeptDeployment> => {
      const result = await deploy();
      return { directory, result, files: await leftIn(directory, before) };
    },
    ({ result }) => result.exitCode === 0,
  );
  return isNew ? value.result : await leave(value, directory);
}

async function leave(kept: KeptDeployment, directory: string): Promise<CliResult> {
  for (const [path, { mode, content }] of Object.entries(kept.files)) {
    const target = join(directory, path);
    const bytes = Buffer.from(content, 'base64');
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes.includes(kept.directory) ? at(directory, kept, bytes.toString('utf8')) : bytes);
    await chmod(target, mode);
  }
  return JSON.parse(at(directory, kept, JSON.stringify(kept.result))) as CliResult;
}

function at(directory: string, kept: KeptDeployment, text: string): string {
  return text.replaceAll(kept.directory, directory);
}

async function leftIn(directory: string, before: Readonly<Record<string, string>>): Promise<KeptDeployment['files']> {
  const after = contentsBelow(directory);
  const left = Object.entries(after).filter(([path, bytes]) => before[path] !== digestOf(bytes));
  return Object.fromEntries(
    await Promise.all(
      left.map(async ([path, bytes]) => {
        const { mode } = await stat(join(directory, path));
        return [path, { mode: mode & 0o777, content: bytes.toString('base64') }] as const;
      }),
    ),
  );
}

function digests(files: Contents): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, digestOf(bytes)]));
}

/** What a child process gets; the names of a worker of the test runner are its own. */
function environment(): readonly (readonly [string, string | undefined])[] {
  return Object.entries(process.env).filter(([name]) => !/^(VITEST|TINYPOOL)/.test(name));
}

function digestOf(content: Buffer | readonly unknown[]): string {
  const bytes = Buffer.isBuffer(content) ? content : JSON.stringify(content);
  return createHash('sha256').update(bytes).digest('hex');
}
