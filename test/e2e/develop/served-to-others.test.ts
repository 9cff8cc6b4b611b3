import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readImageSettings } from '../../../src/source/dockerfile/image-settings.ts';
import { serve } from '../../helpers/http/served-app.ts';
import { COMMAND_LINE } from '../../helpers/product/command-line.ts';

const ROOT = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

it('an app is served at the address that is named, and at no other; its version is that of the package', async () => {
  const app = await serve({ args: ['--host', '127.0.0.2'] });
  const port = new URL(app.url).port;
  expect(new URL(app.url).hostname).toBe('127.0.0.2');
  await expect(fetch(`http://127.0.0.1:${port}/api/health`)).rejects.toThrow();

  const { version } = JSON.parse(read('package.json')) as { version: string };
  const health = await app.request('GET', '/api/health');
  expect(health.body).toMatchObject({ status: 'ok', version });
  expect((await app.request('GET', '/api/openapi.json')).body).toMatchObject({ info: { version } });
  expect(spawnSync(process.execPath, [COMMAND_LINE, '--version'], { encoding: 'utf8' }).stdout).toBe(`${version}\n`);

  // The health check of the image, at this address.
  const [, ...words] = readImageSettings(read('container/Dockerfile'))?.healthCheck?.words ?? [];
  const check = () =>
    spawnSync(
      process.execPath,
      words.map((word) => word.replace('127.0.0.1:7071', `127.0.0.2:${port}`)),
    ).status;
  expect(check()).toBe(0);
  await app.stop();
  expect(check()).toBe(1);
});
