import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { RunView } from '../../../src/domain/api/views.ts';
import { loadFunctions } from '../../../src/runtime/worker.ts';
import { startSimulator } from '../../../src/simulator/simulator.ts';
import { startAzurite } from '../../helpers/azurite.ts';
import { serve, TEST_KEYS } from '../../helpers/http/served.ts';
import { COMMAND_LINE } from '../../helpers/product/command-line.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const SMALL = `
azure: {resource_group: hello, location: westeurope}
key_vault: {name: hello-kv}
services: {hello: {image: "nginx:1.27", port: 80, ingress: external}}
`;

it('the Functions app, as a host loads it, deploys to the simulator that its settings name', async () => {
  const simulator = await startSimulator({ profile: 'instant' });
  onTestFinished(() => simulator.close());
  const azurite = await startAzurite();
  onTestFinished(() => azurite.stop());
  Object.assign(process.env, {
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    DEPLOYMENT_STORAGE: azurite.connectionString,
    DRAFTGENIE_SIMULATOR: `https://localhost:${simulator.port}`,
  });
  const worker = await loadFunctions(async () => {
    await import(join(dirname(COMMAND_LINE), 'main.js'));
  });
  const app = await serve(worker, { triggers: { directory: await tempDirectory() } });
  const ask = async (path: string, init: RequestInit = {}): Promise<RunView> => {
    const headers = { 'x-functions-key': TEST_KEYS.function, 'content-type': 'application/yaml' };
    return (await (await app.fetch(`/api/${path}`, { ...init, headers })).json()) as RunView;
  };

  const { runId } = await ask('environments/hello/deployments?autoApprove=true', { method: 'POST', body: SMALL });
  let run = await ask(`deployments/${runId}`);
  while (run.finishedAt === null) run = await ask(`deployments/${runId}`);

  expect(run).toMatchObject({ status: 'succeeded' });
  expect(Object.keys(simulator.state().resources).some((id) => id.endsWith('/containerapps/hello'))).toBe(true);
});
