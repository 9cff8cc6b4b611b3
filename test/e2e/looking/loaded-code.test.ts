import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { createSandbox } from '../../helpers/cli.ts';
import { COMMAND_LINE } from '../../helpers/product/command-line.ts';

/** A module that has the process write at its end what it has loaded. */
const TELLS = `
import { registerHooks } from 'node:module';
import { writeFileSync } from 'node:fs';
const files = [];
registerHooks({
  load(url, context, next) {
    files.push(url);
    return next(url, context);
  },
});
process.once('exit', () => writeFileSync('loaded-' + process.pid + '.json', JSON.stringify([...files, ...process.moduleLoadList])));
`;

it('a deployment that has nothing to do loads neither what only others need of Azure, nor the fetch of Node', async () => {
  const sandbox = await createSandbox();
  expect((await sandbox.deploy()).exitCode).toBe(0);
  await sandbox.write('tells.mjs', TELLS);

  const { exitCode, stderr } = await sandbox.deploy([], { imports: [join(sandbox.directory, 'tells.mjs')] });
  expect(exitCode, stderr).toBe(0);
  const named = (await readdir(sandbox.directory)).filter((name) => /^loaded-\d+\.json$/.test(name));
  const lists = await Promise.all(named.map(async (name) => JSON.parse(await sandbox.read(name)) as string[]));
  const loaded = lists.find((list) => list.some((url) => url.endsWith('/cli.js'))) ?? [];
  expect(loaded.length).toBeGreaterThan(100);
  expect(loaded).not.toContain('NativeModule internal/deps/undici/undici');

  const beside = dirname(COMMAND_LINE);
  const files = loaded.filter((url) => url.includes(beside)).map((url) => url.replace(/^file:\/\//, ''));
  const code = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
  const has = (name: string): boolean => new RegExp(`class ${name}\\b|\\b${name}=class\\b`).test(code);
  // What signs in is there, or the rest would say nothing.
  expect(['ClientSecretCredential', 'BlobServiceClient'].filter(has)).toEqual(['ClientSecretCredential']);
});
