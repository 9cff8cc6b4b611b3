import { expect, it, onTestFinished } from 'vitest';
import { follow } from '../../helpers/cli/follow.ts';
import { createSandbox } from '../../helpers/cli.ts';
import { appKey } from '../../helpers/install/app-key.ts';
import { freePorts } from '../../helpers/pages/shell.ts';

const SMALL = `
azure: {resource_group: hello, location: westeurope}
key_vault: {name: hello-kv}
services: {hello: {image: "nginx:1.27", port: 80, ingress: external}}
`;
const APP = 'https://shop-deployer.azurewebsites.net';

it('the command line deploys through an app that was installed, at its own address', async () => {
  const sandbox = await createSandbox();
  const profile = ['--simulator-profile', 'instant'];
  const named = ['--name', 'shop-deployer', '--location', 'westeurope'];
  const installed = await sandbox.run(['install', '--auto-approve', '--simulate', ...profile, ...named]);
  expect([installed.exitCode, installed.stderr]).toEqual([0, expect.any(String)]);

  const [port = 0] = await freePorts(1);
  const { promise: started, resolve } = Promise.withResolvers<number>();
  const simulator = sandbox.run(['simulator', '--port', String(port), ...profile], {
    when: [{ printed: /Simulating Azure/, act: resolve }],
  });
  const pid = await started;
  onTestFinished(async () => {
    process.kill(pid, 'SIGTERM');
    await simulator;
  });

  const address = `https://localhost:${port}`;
  const key = await appKey(address);

  await sandbox.write('config.yaml', SMALL);
  const env = { AZURE_FUNCTIONS_ENVIRONMENT: 'Development', DRAFTGENIE_SIMULATOR: address, DRAFTGENIE_KEY: key };
  const more = ['--environment', 'hello', '--auto-approve'];
  const run = (words: readonly string[]) => sandbox.run(words, { env });
  const deployed = await follow('cli/install/next-steps: deploy --config --remote', installed.stdout, run, more);
  expect([deployed.exitCode, deployed.stdout + deployed.stderr]).toEqual([
    0,
    expect.stringContaining('hello: https://hello.'),
  ]);
  const again = await run(['--config', 'config.yaml', '--remote', APP, ...more]);
  expect([again.exitCode, again.stdout]).toEqual([0, expect.stringContaining('0 executed')]);
});
