import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it, vi } from 'vitest';
import { compileBicep } from '../../../src/cli/templates/bicep.ts';
import { readTemplates } from '../../../src/cli/templates/read-templates.ts';
import { readTemplate } from '../../../src/domain/templates/arm-template.ts';
import { tempDirectory, writeTree } from '../../helpers/temp.ts';
import { findBicep } from '../../helpers/templates/bicep-compiler.ts';
import { fixtureTemplate, TEMPLATES, templateText } from '../../helpers/templates/fixture-templates.ts';

afterEach(() => vi.unstubAllEnvs());

async function read(files: Readonly<Record<string, string | { readonly link: string }>>, names: readonly string[]) {
  const folder = await tempDirectory();
  await writeTree(folder, files);
  const sources = Object.fromEntries(names.map((file) => [file, { file }]));
  return await readTemplates(sources, join(folder, 'app', 'config.yaml'));
}

function problemOf(read: { readonly ok: boolean; readonly problem?: string } | undefined): string | undefined {
  return read?.problem;
}

it('reads templates below the folder of the configuration, and says of others why not', async () => {
  const files = {
    'app/infra/one.json': templateText({ outputs: {} }),
    'app/wrong.json': '[]',
    'app/out.json': { link: '../outside.json' },
    'app/values.bicepparam': '',
    'app/notes.txt': '',
    'outside.json': templateText({}),
  };
  const names = [
    'infra/one.json',
    'wrong.json',
    'out.json',
    '../outside.json',
    'values.bicepparam',
    'notes.txt',
    'no.json',
  ];
  const found = await read(files, names);
  expect(found['infra/one.json']).toEqual(readTemplate(templateText({ outputs: {} })));
  expect(names.slice(1).map((name) => problemOf(found[name]))).toEqual([
    'wrong.json is no template: it is not a JSON object',
    'out.json is outside of the folder of the configuration',
    '../outside.json is outside of the folder of the configuration',
    expect.stringContaining('is a file of parameters: name the .bicep that it uses'),
    expect.stringContaining('its name ends neither in .bicep nor in .json'),
    'no.json is not there',
  ]);
});

/** A program in the place of the compiler. */
async function compilerThat(script: string): Promise<string> {
  const path = join(await tempDirectory(), 'compiler');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

it('tells where Bicep does not compile, and what to do where there is no compiler', async () => {
  const failing = await compilerThat(
    'echo "/app/infra/queue.bicep(3,12) : Error BCP057: The name \\"x\\" does not exist. [https://aka.ms/bicep/core-diagnostics#BCP057]" >&2; exit 1',
  );
  expect(await compileBicep('queue.bicep', failing)).toEqual({
    ok: false,
    problem: 'does not compile: queue.bicep:3:12 BCP057: The name "x" does not exist.',
  });
  expect(await compileBicep('queue.bicep', '/nowhere/bicep')).toMatchObject({
    problem: expect.stringContaining('DRAFTGENIE_BICEP names /nowhere/bicep, which cannot be run'),
  });
  // The Azure CLI is found, and says that it has none.
  const az = await compilerThat(
    'echo "ERROR: Bicep CLI not found. Install it now by running az bicep install" >&2; exit 1',
  );
  const folder = join(az, '..');
  await writeFile(join(folder, 'az'), '#!/bin/sh\nexec "$(dirname "$0")/compiler" "$@"\n');
  await chmod(join(folder, 'az'), 0o755);
  vi.stubEnv('PATH', `${folder}:/usr/bin-none:/bin`);
  vi.stubEnv('DRAFTGENIE_BICEP', '');
  expect(await compileBicep('queue.bicep')).toMatchObject({
    problem: expect.stringContaining('no compiler was found'),
  });
});

it.skipIf(findBicep() === undefined)('takes what the compiler makes, which is what the fixtures are', async () => {
  vi.stubEnv('DRAFTGENIE_BICEP', findBicep() ?? '');
  const sources = { messages: { file: 'messages.bicep' }, identity: { file: 'identity.bicep' } };
  const found = await readTemplates(sources, join(fileURLToPath(TEMPLATES), 'config.yaml'));
  expect(found).toEqual({ messages: fixtureTemplate('messages'), identity: fixtureTemplate('identity') });
});
