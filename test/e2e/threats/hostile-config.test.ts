import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RunView } from '../../../src/domain/api/views.ts';
import { createSandbox } from '../../helpers/cli.ts';
import { exampleConfig } from '../../helpers/example-config.ts';
import { serve } from '../../helpers/http/served-app.ts';
import { simulatedAzure } from '../../helpers/http/simulated-azure.ts';

/** Something inside, and how often it was connected to. */
async function inside() {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

describe('a configuration that means harm', () => {
  it('makes a served app ask nothing inside, and learns not what listens there', async () => {
    const listener = await inside();
    const app = await serve();
    const config = await exampleConfig();
    const open = [`127.0.0.1:${listener.port}`, `localhost:${listener.port}`, `[::ffff:127.0.0.1]:${listener.port}`];
    const closed = ['127.0.0.1:1', '169.254.169.254', '168.63.129.16', '[fd00::1]'];
    const told: string[] = [];
    for (const [index, host] of [...open, ...closed].entries()) {
      const source = `https://${host}/a.git`;
      const body = config.replace(/^docker:$/m, `docker:\n  source: "${source}"`);
      const started = await app.deploy(`env${index}`, { body });
      const { error } = await app.ended((started.body as RunView).runId);
      const { hostname } = new URL(source);
      // A sentence begins with it.
      told.push(`${error?.code}: ${error?.message.toLowerCase().replace(hostname, 'HOST')}`);
    }
    expect(new Set(told.map((text) => text.split(':')[0]))).toEqual(new Set(['address_private']));
    expect(new Set(told).size).toBe(1);
    expect(listener.connections()).toBe(0);
  });

  it('sends no token to a host of its own: neither by a storage account, nor by names that are none', async () => {
    const { simulator, run } = await simulatedAzure();
    const sandbox = await createSandbox();
    const config = await sandbox.read('app/config.yaml');
    for (const [key, text] of [
      [
        'advanced.state_blob_account',
        `${config}\nadvanced:\n  state_storage: blob\n  state_blob_account: "evil.example/x"\n`,
      ],
      ['key_vault.name', config.replace(/(key_vault:\n\s+name: )\S+/, '$1"evil.example/x"')],
      ['container_registry.name', config.replace(/(container_registry:\n\s+name: )\S+/, '$1"evil.example/x"')],
    ] as const) {
      await sandbox.write('app/config.yaml', text);
      const { exitCode, stderr } = await run(sandbox, ['plan', '--config', 'app/config.yaml']);
      expect(exitCode, stderr).toBe(64);
      expect(stderr).toContain(key);
    }
    expect(simulator.requests()).toEqual([]);
  });
});
