import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRemoteClient } from '../../../../src/cli/remote/client.ts';
import { uploadSource } from '../../../../src/cli/remote/upload-source.ts';
import type { DeploymentConfig } from '../../../../src/domain/config/model.ts';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { BLOCK_IN_BYTES } from '../../../../src/outbound/upload-blob.ts';
import type { Clock } from '../../../../src/shared/clock.ts';
import { answerJson, type ScriptedAnswer, scriptedServer } from '../../../helpers/http/scripted-server.ts';
import { tempDirectory, writeTree } from '../../../helpers/temp.ts';

const HEAD = `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
container_registry: { name: shopregistry }
key_vault: { name: shop-vault-1 }
`;
const BUILDS = `${HEAD}services: { shop: { dockerfile: Dockerfile, port: 80, ingress: external } }\n`;
const PREBUILT = `${HEAD}services: { cache: { image: "redis:7", port: 6379, transport: tcp } }\n`;
const KNOWN = answerJson(200, { status: 'known', source: `sha256:${'a'.repeat(64)}` });
const LATER = new Date('2999-01-01').toISOString();

function config(text: string): DeploymentConfig {
  const result = parseConfig(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed.config;
}

async function setUp(...answers: readonly ScriptedAnswer[]) {
  const directory = await tempDirectory();
  await writeTree(directory, { Dockerfile: 'FROM node:24\nCOPY server.js .\n', 'server.js': '', 'secret.txt': 'x' });
  const server = await scriptedServer(...answers);
  const client = createRemoteClient({ url: server.url, key: 'k', caller: 'c', sleep: async () => undefined });
  const notes: string[] = [];
  const upload = (text: string, clock?: Clock) => {
    const file = { config: config(text), path: 'config.yaml', overlay: undefined };
    return uploadSource(client, directory, file, (note) => notes.push(note), clock);
  };
  return { directory, server, notes, upload };
}

describe('the sources of a remote deployment', () => {
  it('are not asked about when nothing is built', async () => {
    const { server, upload } = await setUp(KNOWN);
    expect(await upload(PREBUILT)).toBeUndefined();
    expect(server.requests).toEqual([]);
  });

  it('are not sent when the app knows them', async () => {
    const { server, upload, notes } = await setUp(KNOWN);
    expect(await upload(BUILDS)).toBe(`sha256:${'a'.repeat(64)}`);
    expect(server.requests.map(({ method }) => method)).toEqual(['POST']);
    expect(notes).toEqual([]);
  });

  it('are put to the address of the storage, as the digest says, without the key', async () => {
    const storage = await scriptedServer((response) => response.writeHead(201).end());
    const address = { url: `${storage.url}/x?sig=s`, headers: { 'x-ms-blob-type': 'BlockBlob' }, expiresAt: LATER };
    const { server, upload } = await setUp(answerJson(200, { status: 'upload', source: 's', ...address }), KNOWN);
    await upload(BUILDS);
    const asked = JSON.parse(server.requests[0]?.body ?? '') as { sha256: string };
    expect(storage.requests).toMatchObject([{ method: 'PUT', headers: { 'x-ms-blob-type': 'BlockBlob' } }]);
    expect(storage.requests[0]?.headers).not.toHaveProperty('x-functions-key');
    expect(asked.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('go up in blocks where they are large, and the list has the type of the blob', async () => {
    const storage = await scriptedServer((response) => response.writeHead(201).end());
    const headers = { 'x-ms-blob-type': 'BlockBlob', 'content-type': 'application/gzip' };
    const address = { url: `${storage.url}/x?sig=s`, headers, expiresAt: LATER };
    const { directory, upload } = await setUp(answerJson(200, { status: 'upload', source: 's', ...address }), KNOWN);
    await writeFile(join(directory, 'server.js'), randomBytes(BLOCK_IN_BYTES));
    await upload(BUILDS);
    const sent = storage.requests.map(({ path, headers: had }) => [
      new URLSearchParams(path.replace(/^.*\?/, '')).get('comp'),
      had['x-ms-blob-content-type'],
    ]);
    expect(sent).toEqual([
      ['block', undefined],
      ['block', undefined],
      ['blocklist', 'application/gzip'],
    ]);
  });

  describe('that take longer than their address is good for', () => {
    /** Two blocks and their list, of eight minutes each; the storage looks at the time that each begins. */
    async function slowLine(then: (lend: ScriptedAnswer) => ScriptedAnswer) {
      let now = Date.parse('2026-01-01T00:00:00Z');
      const minutes = (count: number): number => now + count * 60_000;
      const storage = await scriptedServer((response, { path }) => {
        const until = Number(new URLSearchParams(path.replace(/^.*\?/, '')).get('until'));
        response.writeHead(now < until ? 201 : 403).end();
        now = minutes(8);
      });
      const lend: ScriptedAnswer = (response, request) => {
        const until = minutes(15);
        const url = `${storage.url}/x?until=${until}`;
        const answer = { status: 'upload', source: 's', url, headers: {}, expiresAt: new Date(until).toISOString() };
        answerJson(200, answer)(response, request);
      };
      const { directory, server, upload } = await setUp(lend, then(lend), KNOWN);
      await writeFile(join(directory, 'server.js'), randomBytes(BLOCK_IN_BYTES));
      const source = await upload(BUILDS, { now: () => new Date(now) });
      return { source, puts: storage.requests.length, asked: server.requests.length };
    }

    it('go on with another one', async () => {
      expect(await slowLine((lend) => lend)).toEqual({ source: `sha256:${'a'.repeat(64)}`, puts: 3, asked: 3 });
    });

    it('are sent no further where somebody else has uploaded them meanwhile', async () => {
      expect(await slowLine(() => KNOWN)).toEqual({ source: `sha256:${'a'.repeat(64)}`, puts: 2, asked: 3 });
    });
  });

  it('that the storage refuses end in an error that does not show the address', async () => {
    const storage = await scriptedServer((response) => response.writeHead(403).end());
    const address = { url: `${storage.url}/x?sig=c4n4ry`, headers: {}, expiresAt: LATER };
    const { upload } = await setUp(answerJson(200, { status: 'upload', source: 's', ...address }));
    const refused = upload(BUILDS);
    await expect(refused).rejects.toMatchObject({ code: 'source_upload_failed', exitCode: 1 });
    await expect(refused).rejects.not.toThrow(/c4n4ry/);
  });
});
