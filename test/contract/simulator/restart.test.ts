import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import type { JsonObject } from '../../../src/shared/json.ts';
import { startSimulator } from '../../../src/simulator/simulator.ts';
import { simulatedClients } from '../../helpers/cloud/simulated-clients.ts';
import { storedCloud } from '../../helpers/cloud/stored-cloud.ts';
import { appBody, buildImage, createSurroundings } from '../../helpers/simulated-application.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const APP = 'providers/Microsoft.App/containerApps/api';
const FILES = { Dockerfile: 'FROM alpine\nCOPY main.py /\nEXPOSE 8080\n', 'main.py': 'print()' };

it('a simulator started again on its state file has the same apps, images and orders', async () => {
  const stateFile = join(await tempDirectory(), 'cloud.json');

  const before = await simulatedClients({ stateFile });
  const around = await createSurroundings(before);
  await buildImage(before, around.registry, 'app:v1', FILES);
  const app = await before.create(APP, appBody(around), '2026-01-01');
  before.simulator.behave({ failingBuilds: { app: 1 } });
  await before.simulator.close();

  const after = await simulatedClients({ stateFile });
  expect((await after.arm('GET', APP)).body).toEqual(app);
  expect((await after.send('GET', `https://api.${around.domain}/health`)).status).toBe(200);
  const run = await buildImage(after, around.registry, 'app:v2', FILES);
  expect([run.name, (run.properties as JsonObject).status]).toEqual(['ch2', 'Failed']);
});

it('a copy of a simulator has all that it had, also after its end, and goes its own way', async () => {
  const { simulator, create } = await simulatedClients();
  const id = 'providers/Microsoft.ManagedIdentity/userAssignedIdentities/one';
  await create(id, { location: 'westeurope' }, '2024-11-30');
  await simulator.close();
  const copies = [await simulator.copy(), await simulator.copy()] as const;
  onTestFinished(async () => {
    for (const copy of copies) await copy.close();
  });
  for (const copy of copies) {
    expect(copy.state()).toEqual(simulator.state());
    expect(copy.requests()).toEqual(simulator.requests());
    expect(copy.clientSecret).toBe(simulator.clientSecret);
  }
  copies[0].change(({ resources }) => {
    for (const resource of Object.values(resources)) resource.body.location = 'elsewhere';
  });
  expect(copies[1].state()).toEqual(simulator.state());
  expect(copies[0].state()).not.toEqual(simulator.state());
});

it('a simulator that was killed has everything that it answered, of many writes at once', async () => {
  const stateFile = join(await tempDirectory(), 'cloud.json');
  const clients = await simulatedClients({ stateFile });
  const identity = (name: string) => `providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
  const kept = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      await clients.arm('PUT', identity(`id-${n}`), { location: 'westeurope' }, '2024-11-30');
      // What stands in the files at this moment is what a kill would leave.
      const { resources } = storedCloud(stateFile);
      return resources[`${clients.group}/${identity(`id-${n}`)}`.toLowerCase()]?.name;
    }),
  );
  expect(kept).toEqual(Array.from({ length: 20 }, (_, n) => `id-${n}`));
});

it('a simulator that is closed waits for no connection of a client: neither for one that has not said hello, nor for one that is kept', async () => {
  const simulator = await startSimulator({ profile: 'instant' });
  const silent = connect(simulator.port, '127.0.0.1');
  const kept = connectTls({
    host: '127.0.0.1',
    port: simulator.port,
    ca: simulator.caCertificate,
    servername: 'management.azure.com',
  });
  onTestFinished(() => {
    silent.destroy();
    kept.destroy();
  });
  await Promise.all([once(silent, 'connect'), once(kept, 'secureConnect')]);
  const ended = [silent, kept].map((socket) =>
    once(
      socket.on('error', () => undefined),
      'close',
    ),
  );
  await simulator.close();
  await Promise.all(ended);
  expect([silent.destroyed, kept.destroyed]).toEqual([true, true]);
});
