import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { HttpClient, PipelineRequest } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { createArm } from '../../../src/azure/arm.ts';
import { cloudEndpoints } from '../../../src/azure/clouds.ts';
import { createImageRegistry } from '../../../src/azure/image-registry.ts';
import type { ImageRegistry } from '../../../src/azure/ports.ts';
import { BLOCK_IN_BYTES } from '../../../src/outbound/upload-blob.ts';
import { UserError } from '../../../src/shared/errors.ts';
import type { FaultRule } from '../../../src/simulator/faults.ts';
import { blobFailure } from '../../../src/simulator/storage/blobs/blob-reply.ts';
import { simulatedClients } from '../../helpers/cloud/simulated-clients.ts';
import { createSurroundings } from '../../helpers/simulated-application.ts';
import { tempDirectory } from '../../helpers/temp.ts';

/** Two blocks and a rest: three PUTs of blocks, and the list. */
const CONTENT = randomBytes(2 * BLOCK_IN_BYTES + 1000);
const LIST = 4;
const BLOBS = { method: 'PUT', host: '.blob.core.windows.net' } as const;

/** A registry's client, what left by it for blobs, and the blobs that are there then. */
async function setUp(bend: (request: PipelineRequest, index: number) => void = () => undefined) {
  const stateFile = join(await tempDirectory(), 'cloud.json');
  const clients = await simulatedClients({ stateFile });
  const { registry: registryId } = await createSurroundings(clients);
  let [bytes, puts] = [0, 0];
  const transport: HttpClient = {
    sendRequest: async (request) => {
      if (request.method === 'PUT') {
        puts += 1;
        bytes += (request.body as Uint8Array).length;
        bend(request, puts);
      }
      return await clients.transport.sendRequest(request);
    },
  };
  const { credential, simulator } = clients;
  const connection = { cloud: cloudEndpoints('AzureCloud'), credential, transport };
  return {
    registry: createImageRegistry(connection, createArm(connection), registryId, 'crdemo.azurecr.io'),
    simulator,
    bytes: () => bytes,
    puts: () => puts,
    blobs: () => filesBelow(`${stateFile}.blobs`),
  };
}

async function filesBelow(folder: string): Promise<readonly Buffer[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name))));
}

/** In pieces as a compressor gives them. */
async function* archive(bytes: Buffer = CONTENT): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

const upload = (registry: ImageRegistry) => registry.uploadSource(async () => archive());

function expectWhole([blob, ...others]: readonly Buffer[]): void {
  expect(others).toEqual([]);
  expect(blob?.equals(CONTENT)).toBe(true);
}

describe('the sources of a build', () => {
  it('go up in blocks, each of them once', async () => {
    const { registry, bytes, puts, blobs } = await setUp();
    await upload(registry);
    expectWhole(await blobs());
    expect(puts()).toBe(LIST);
    expect(bytes()).toBeLessThan(CONTENT.length + 1000);
  });

  it('are one PUT when they are small', async () => {
    const { registry, puts, blobs } = await setUp();
    await registry.uploadSource(async () => archive(CONTENT.subarray(0, 100)));
    expect(puts()).toBe(1);
    expect((await blobs()).map(({ length }) => length)).toEqual([100]);
  });

  it.each<[string, FaultRule['fault'], number]>([
    ['a service that is too busy', { kind: 'status', status: 503, code: 'ServerBusy' }, 2],
    ['too many requests', { kind: 'status', status: 429, retryAfterInSeconds: 1 }, 1],
    ['a service that fails', { kind: 'status', status: 500, code: 'OperationTimedOut' }, 3],
    ['a connection that breaks', { kind: 'reset' }, 2],
    ['a block whose answer is lost', { kind: 'reset', afterEffect: true }, 1],
    ['a list whose answer is lost', { kind: 'reset', afterEffect: true }, LIST],
    ['a list that the service was too busy for', { kind: 'status', status: 503, code: 'ServerBusy' }, LIST],
  ])('are whole after %s, and no more went up again than that request', async (_, fault, nth) => {
    const { registry, bytes, puts, blobs, simulator } = await setUp();
    simulator.addFault({ match: BLOBS, nth, fault });
    await upload(registry);
    expectWhole(await blobs());
    expect(puts()).toBe(LIST + 1);
    expect(bytes()).toBeLessThan(CONTENT.length + BLOCK_IN_BYTES + 1000);
  });

  it('are whole after a connection that broke in the middle of a block', async () => {
    const { registry, bytes, puts, blobs } = await setUp((request, index) => {
      if (index !== 2) return;
      const body = request.body as Uint8Array;
      request.headers.set('content-length', String(body.length));
      request.body = () =>
        Readable.from(
          (function* () {
            yield body.subarray(0, body.length / 2);
            throw Object.assign(new Error('cut'), { code: 'ECONNRESET' });
          })(),
        );
    });
    await upload(registry);
    expectWhole(await blobs());
    expect(puts()).toBe(LIST + 1);
    expect(bytes()).toBeLessThan(CONTENT.length + BLOCK_IN_BYTES + 1000);
  });

  it('that change while they are packed are told so, and nothing is uploaded', async () => {
    const { registry, blobs } = await setUp();
    async function* changing(): AsyncGenerator<Uint8Array> {
      yield* archive();
      throw new UserError('a changed', { code: 'source_changed' });
    }
    await expect(registry.uploadSource(async () => changing())).rejects.toMatchObject({ code: 'source_changed' });
    expect(await blobs()).toEqual([]);
  });

  it('that the storage refuses end with its own words, at once', async () => {
    const { registry, puts, simulator } = await setUp();
    const { status, headers, body } = blobFailure(403, 'AuthenticationFailed', 'Not signed.');
    simulator.addFault({ match: BLOBS, fault: { kind: 'status', status, headers, body: String(body) } });
    await expect(registry.uploadSource(async () => archive(CONTENT.subarray(0, 10)))).rejects.toMatchObject({
      ...{ statusCode: 403, code: 'AuthenticationFailed' },
      message: expect.stringContaining('Not signed.'),
    });
    expect(puts()).toBe(1);
  });

  it('leave a long pause to the durable timer', async () => {
    const { registry, puts, simulator } = await setUp();
    simulator.addFault({ match: BLOBS, fault: { kind: 'status', status: 429, retryAfterInSeconds: 600 } });
    await expect(registry.uploadSource(async () => archive(CONTENT.subarray(0, 10)))).rejects.toMatchObject({
      statusCode: 429,
      retryAfterInSeconds: 600,
    });
    expect(puts()).toBe(1);
  });
});
