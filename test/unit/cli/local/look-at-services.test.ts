import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lookAtServices } from '../../../../src/cli/local/look-at-services.ts';
import { openWorkspace } from '../../../../src/cli/local/workspace.ts';
import type { CommonOptions } from '../../../../src/cli/options.ts';
import { acquireOsLock } from '../../../../src/shared/os-lock.ts';
import { openFileRunStore } from '../../../../src/state/file/run-store.ts';
import { openFileStateStore } from '../../../../src/state/file/state-store.ts';
import { updateState } from '../../../../src/state/update-state.ts';
import { tempDirectory } from '../../../helpers/temp.ts';

const OPTIONS: CommonOptions = {
  config: 'config.yaml',
  configGiven: false,
  allowUnknownKeys: false,
  environment: 'default',
  var: {},
  simulate: true,
  simulatorProfile: 'instant',
  simulatorSpeed: 60,
  output: undefined,
  verbose: false,
  remote: undefined,
  key: undefined,
};

it('who looks beside a run in the simulator starts none and waits for nothing, and is told why', async () => {
  const home = await tempDirectory();
  const workspace = openWorkspace('default', home);
  const { environmentDirectory: directory, simulatorDirectory } = workspace;
  const stores = {
    workspace,
    environment: 'default',
    state: openFileStateStore({ path: join(home, 'state.json'), environment: 'default', directory }),
    runs: openFileRunStore({ directory }),
  };
  await updateState(stores.state, (current) => ({ ...current, resource_group: 'shop-rg' }));
  const lock = await acquireOsLock(join(simulatorDirectory, 'cloud.json.lock'));
  await expect(lookAtServices(stores, OPTIONS)).rejects.toMatchObject({
    code: 'simulator_in_use',
    message: expect.stringContaining('in use by a run'),
  });
  await lock.release();
  expect(await lookAtServices(stores, OPTIONS)).toMatchObject({ services: [] });
});
