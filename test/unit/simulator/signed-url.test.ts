import { expect, it } from 'vitest';
import { createWorld } from '../../../src/simulator/create-world.ts';
import { answerBlob, signedUrl, UPLOAD_LIFETIME_IN_MS } from '../../../src/simulator/registry/blob-host.ts';
import { openCloudStore } from '../../../src/simulator/store.ts';

const REGISTRY = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/crdemo';

it('an address that is signed while a second ends is good', () => {
  let now = Date.parse('2026-01-01T00:00:00.000Z');
  const clock = {
    now: () => {
      now += 600;
      return new Date(now);
    },
  };
  const world = createWorld(openCloudStore(undefined), { profile: 'instant', speed: 1 }, clock);
  const statuses = ['one', 'two'].map((name) => {
    const { host, pathname, searchParams } = new URL(signedUrl(world, REGISTRY, name, 'cw', UPLOAD_LIFETIME_IN_MS));
    const body = Buffer.from('sources');
    const headers = { 'x-ms-blob-type': 'BlockBlob', 'content-length': String(body.length) };
    return answerBlob(world, {
      method: 'PUT',
      host,
      authority: host,
      path: pathname,
      query: searchParams,
      headers,
      body,
    }).status;
  });
  expect(statuses).toEqual([201, 201]);
});
