import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { freePorts, openClone } from '../../helpers/pages/shell.ts';
import { shellBlocks } from '../../helpers/pages/shell-blocks.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

it('docs/develop.md leads from a clone to an app that deploys to the simulator, and to its tests', async () => {
  const clone = await openClone();
  const [appPort, simulatorPort] = await freePorts(2);
  // Other ports than those of the page, which something on this machine may have, and a simulator that nobody waits for.
  const typed = shellBlocks('develop.md').map((block) =>
    block
      .replaceAll('7071', String(appPort))
      .replaceAll('7072', String(simulatorPort))
      .replace('-- simulator ', '-- simulator --simulator-profile instant ')
      .replace('npx azurite ', 'npx azurite --blobPort 0 --queuePort 0 --tablePort 0 '),
  );
  const [simulator = '', asked = '', app = '', deployed = '', storage = '', functionsHost, tests = '', ...others] =
    typed;
  expect(others).toEqual([]);

  await clone.start(simulator, /^Simulating Azure at https:\/\/localhost:\d+$/);
  expect(JSON.parse((await clone.run(asked)).stdout)).toEqual([]);
  await clone.start(app, /^Serving http/);
  const run = await clone.run(deployed);
  expect(run.stdout).toContain('14/14');
  expect(run.stdout).toContain('{"environments":["default"]}');
  const requests = JSON.parse((await clone.run(asked)).stdout) as readonly { readonly method: string }[];
  expect(requests.some(({ method }) => method === 'PUT')).toBe(true);

  await clone.start(storage, /Azurite Table service is successfully listening/);
  expect(JSON.parse(await readFile(join(clone.directory, 'dist/local.settings.json'), 'utf8'))).toMatchObject({
    Values: { DRAFTGENIE_SIMULATOR: 'https://localhost:7072' },
  });
  expect(functionsHost).toBe('cd dist && func start\n');

  // A run of the tests within one would take longer than all of the page.
  const [, project = '', file = ''] = /^npx vitest run --project (\w+) (\S+)\n$/.exec(tests) ?? [];
  expect(await readFile(join(ROOT, 'vitest.config.ts'), 'utf8')).toContain(`name: '${project}'`);
  expect(existsSync(join(ROOT, file))).toBe(true);
});
