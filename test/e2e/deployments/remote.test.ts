import { createRemoteClient } from '../../../src/cli/remote/client.ts';
import { remoteDeployments } from '../../../src/cli/remote/remote-deployments.ts';
import { openServedStack } from '../../../src/cli/serve/served-stack.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { deploymentsSuite, OPTIONS } from './suite.ts';

deploymentsSuite('deployments behind an app', async () => {
  process.env.DRAFTGENIE_SECRET_GEMINI_API_KEY = 'canary-deployments-81c2';
  const { path: home, remove } = await tempFolder();
  const stack = await openServedStack(home, { ...OPTIONS, port: 0, host: '127.0.0.1' }, silentLogger);
  const client = createRemoteClient({ url: stack.url, key: stack.key, caller: 'somebody' });
  return {
    deployments: remoteDeployments(client, OPTIONS.environment),
    async close() {
      await stack.stop();
      await remove();
    },
  };
});
