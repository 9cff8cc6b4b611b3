import { expect, it, onTestFinished } from 'vitest';
import { exposure } from '../../../src/cli/serve/exposure.ts';
import { scopeOf } from '../../../src/domain/api/scoped-key.ts';
import { follow } from '../../helpers/cli/follow.ts';
import { runInProcess } from '../../helpers/cli/in-process.ts';
import { tempDirectory } from '../../helpers/temp.ts';

it.each(['127.0.0.1', '127.0.0.2', '::1'])('%s is reached by this machine alone: nothing is said', (host) => {
  expect(exposure(host, true)).toEqual([]);
});

it.each(['0.0.0.0', '192.168.0.7', '::', 'fe80::1'])('%s is open to others: what that means is said', (host) => {
  const said = exposure(host, true).join('\n');
  expect(said).toContain(`${host} is open to other machines, without TLS`);
  expect(said).toContain('DEPLOYMENT_STORAGE');
  expect(exposure(host, false).join('\n')).not.toContain('DEPLOYMENT_STORAGE');
});

it('and how each caller gets a key of its own', async () => {
  const [directory, before] = [await tempDirectory(), process.cwd()];
  process.chdir(directory);
  onTestFinished(() => process.chdir(before));
  const said = exposure('0.0.0.0', false).join('\n');
  const { exitCode, stdout } = await follow('cli/serve/exposure: key --allow --serve', said, runInProcess);
  expect([exitCode, scopeOf(stdout.trim())]).toMatchObject([0, { name: 'ci', roles: ['Deployment.Deployer'] }]);
});
