import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { jsonAt } from '../../../src/shared/json.ts';
import { azOn, azVersion } from '../../helpers/cloud/az.ts';
import { echoHosting, functionApp, packageOf, SITE, WEB } from '../../helpers/cloud/function-app.ts';
import { accountPath, STORAGE } from '../../helpers/cloud/storage.ts';
import { shellBlocks } from '../../helpers/pages/shell-blocks.ts';
import { COMMAND_LINE } from '../../helpers/product/command-line.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const version = azVersion();
if (version === undefined)
  process.stdout.write('az-in-the-page: there is no az on the path (apt-get install azure-cli)\n');

const LINES = shellBlocks('azure-functions.md').flatMap((block) => block.trimEnd().split('\n'));

/** The page's command of that beginning, for the app of this test. */
function command(beginning: string): readonly string[] {
  const [found = ''] = LINES.flatMap((line) => /(az [^")]+)/.exec(line)?.[1] ?? []).filter((line) =>
    line.startsWith(beginning),
  );
  const names = found
    .replace('--name shop-deployer', '--name func-demo')
    .replace('--resource-group shop-deployer', '--resource-group rg');
  return names.replace('shopdeployerst', 'appstore').trim().split(' ').slice(1);
}

describe.skipIf(version === undefined)('the commands of az in docs/azure-functions.md', () => {
  it('tell the key, put one with a scope there, and upload a configuration', async () => {
    expect(LINES.length).toBe(5);
    const app = await functionApp(echoHosting());
    await app.publish(packageOf('1'));
    const { simulator, group } = app;
    const az = await azOn(simulator);
    const inGroup = (words: readonly string[]) =>
      words.map((word) => (word === 'rg' ? (group.split('/').at(-1) ?? '') : word));
    const keys = async () => (await app.arm('POST', `${SITE}/host/default/listKeys`, undefined, WEB)).body;

    const told = await az.value(...inGroup(command('az functionapp keys list')), '--output', 'json');
    expect(told).toBe(jsonAt(await keys(), 'functionKeys.default'));

    const [line = ''] = LINES.filter((one) => one.startsWith('draftgenie-deploy key '));
    const words = line.replace(/ +#.*/, '').split(' ').slice(1);
    const made = await promisify(execFile)(process.execPath, [COMMAND_LINE, ...words]);
    const [key = ''] = /draftgenie\.\S+/.exec(made.stdout) ?? [];
    await az.value(...inGroup(command('az functionapp keys set')).map((word) => (word === 'KEY' ? key : word)));
    expect(jsonAt(await keys(), 'functionKeys.staging')).toBe(key);

    simulator.behave({
      deployerRoles: { [`/subscriptions/${simulator.subscriptionId}`]: ['Owner', 'Storage Blob Data Owner'] },
    });
    await app.create(`${accountPath('appstore')}/blobServices/default/containers/deployment-configs`, {}, STORAGE);
    const file = join(await tempDirectory(), 'config.yaml');
    await writeFile(file, 'services: {}\n');
    await az.value(...command('az storage blob upload').map((word) => (word === 'config.yaml' ? file : word)));
    const blob = 'https://appstore.blob.core.windows.net/deployment-configs/production.yaml';
    const token = await app.token('https://storage.azure.com/.default');
    const stored = await app.send('GET', blob, { token });
    expect([stored.status, stored.text]).toEqual([200, 'services: {}\n']);
  }, 240_000);
});
