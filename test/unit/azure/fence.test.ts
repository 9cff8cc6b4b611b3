import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { connectAzure, withFence, withoutWrites } from '../../../src/azure/connect.ts';
import type { Azure } from '../../../src/azure/ports.ts';
import { connectionOver, type RecordingTransport, respondingTo } from './recording-transport.ts';

const ID = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.X/things/a';
const VAULT = 'https://kv-demo.vault.azure.net';
const REGISTRY = `${ID.replace('Microsoft.X/things/a', 'Microsoft.ContainerRegistry/registries/cr')}`;

const writes: readonly (readonly [string, (azure: Azure) => Promise<unknown>])[] = [
  ['PUT', ({ arm }) => arm.put(ID, '1', {})],
  ['PATCH', ({ arm }) => arm.patch(ID, '1', {})],
  ['POST', ({ arm }) => arm.post(ID, '1')],
  ['DELETE', ({ arm }) => arm.delete(ID, '1')],
  ['registerProvider', ({ resources }) => resources.registerProvider('s', 'Microsoft.App')],
  ['a secret', (azure) => azure.vault(VAULT).set('a', 'value')],
  ['the recovery of a secret', (azure) => azure.vault(VAULT).recover('a')],
  ['an upload', (azure) => azure.registry(REGISTRY, 'cr.azurecr.io').uploadSource(async () => Readable.from([]))],
  [
    'a build',
    (azure) =>
      azure.registry(REGISTRY, 'cr.azurecr.io').scheduleBuild({
        sourceLocation: 'x',
        dockerfile: 'Dockerfile',
        image: 'a:b',
        timeoutInSeconds: 300,
        ...{ builder: 'classic', isScannable: true, noCache: false },
      }),
  ],
];

const lost = () => Promise.reject(new Error('the lock is lost'));
const quiet = (): RecordingTransport => respondingTo(() => ({ status: 200, body: { value: [] } }));

describe('a fence', () => {
  it.each(writes)('that does not hold keeps %s from being sent', async (_, write) => {
    const transport = quiet();
    const azure = connectAzure({ ...connectionOver(transport), fence: lost });
    await expect(write(azure)).rejects.toThrow('the lock is lost');
    expect(transport.requests).toEqual([]);
  });

  it('does not stand before reads', async () => {
    const azure = withFence(connectAzure(connectionOver(quiet())), lost);
    await azure.arm.get(ID, '1');
    await azure.arm.list(ID, '1');
    await azure.registry(REGISTRY, 'cr.azurecr.io').recentBuilds();
  });

  it('is asked anew before every write, each run by its own', async () => {
    const connection = connectAzure(connectionOver(quiet()));
    const asked: string[] = [];
    const one = withFence(connection, async () => void asked.push('one'));
    const other = withFence(connection, async () => void asked.push('other'));
    await one.arm.put(ID, '1', {});
    await one.arm.put(ID, '1', {});
    await other.arm.put(ID, '1', {});
    expect(asked).toEqual(['one', 'one', 'other']);
  });
});

describe('a connection without writes', () => {
  const looking = (transport: RecordingTransport): Azure =>
    withoutWrites(connectAzure(connectionOver(transport)), (id) => new Error(`not written: ${id}`));

  it.each(writes)('does not send %s', async (_, write) => {
    const transport = quiet();
    await expect(write(looking(transport))).rejects.toThrow(/^not written: /);
    expect(transport.requests).toEqual([]);
  });

  it('asks what is a question, and names the resource that would be written', async () => {
    const transport = quiet();
    await looking(transport).arm.post(`${ID}/listKeys`, '1');
    await looking(transport).arm.post(`${ID}/checkNameAvailability`, '1');
    expect(transport.requests).toHaveLength(2);
    await expect(looking(transport).arm.post(`${ID}/start`, '1')).rejects.toThrow(`not written: ${ID}/start`);
    await expect(looking(transport).arm.delete(`${ID}/listener`, '1')).rejects.toThrow('not written');
  });
});
