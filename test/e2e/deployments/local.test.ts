import { join } from 'node:path';
import { localDeployments } from '../../../src/cli/local/local-deployments.ts';
import { createLocalRuns } from '../../../src/cli/local/local-runs.ts';
import { lookAtServices } from '../../../src/cli/local/look-at-services.ts';
import { openWorkspace } from '../../../src/cli/local/workspace.ts';
import { openFileRunStore } from '../../../src/state/file/run-store.ts';
import { openFileStateStore } from '../../../src/state/file/state-store.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { deploymentsSuite, OPTIONS } from './suite.ts';

deploymentsSuite('deployments of this machine', async (file) => {
  const { path: home, remove } = await tempFolder();
  const { environment } = OPTIONS;
  const workspace = openWorkspace(environment, home);
  const directory = workspace.environmentDirectory;
  const stores = {
    workspace,
    environment,
    state: openFileStateStore({ path: join(home, 'state.json'), environment, directory }),
    runs: openFileRunStore({ directory }),
  };
  const deployments = localDeployments(
    stores,
    async () => createLocalRuns(stores, OPTIONS, file, () => undefined),
    () => lookAtServices(stores, OPTIONS),
  );
  return {
    deployments,
    async close() {
      await deployments.close();
      await remove();
    },
  };
});
