import { spawn } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { BlobServiceClient } from '@azure/storage-blob';
import { startAzurite } from '../../test/helpers/azurite.ts';
import type { RecordedBlob } from '../../test/helpers/earlier-files.ts';
import { inThePast } from './past.ts';
import { filesOf, sha256, writeRecording } from './recording.ts';

const SERVE = ['serve', '--simulate', '--simulator-profile', 'realistic', '--simulator-speed', '60', '--port', '0'];

/** A deployment by a served app that is killed as soon as it says that the databases are being made. */
export async function recordServedApp(checkout: string, fixtures: string): Promise<void> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'draftgenie-upgrade-')));
  const azurite = await startAzurite();
  const child = spawn(process.execPath, [join(checkout, 'src/cli/bin.ts'), ...SERVE, '--output', 'json'], {
    cwd: directory,
    // The simulator writes to the same standard error: when that is closed, both are over.
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...inThePast(checkout), DEPLOYMENT_STORAGE: azurite.connectionString },
  });
  child.stderr.pipe(process.stderr);
  const closed = new Promise((resolve) => child.once('close', resolve));
  const { url, key } = await serving(createInterface({ input: child.stdout }));
  const call = (path: string, request: RequestInit = {}): Promise<Response> =>
    fetch(new URL(`api/${path}`, url), { ...request, headers: { 'x-functions-key': key, ...request.headers } });
  const started = await call('environments/production/deployments?autoApprove=true', {
    method: 'POST',
    headers: { 'content-type': 'application/yaml', 'idempotency-key': 'upgrade' },
    body: await readFile(join(fixtures, 'served.yaml'), 'utf8'),
  });
  const { runId } = (await started.json()) as { runId: string };
  const isMakingDatabases = async (): Promise<boolean> =>
    /"step_progress","step":"create_databases"/.test(await (await call(`deployments/${runId}/events`)).text());
  while (!(await isMakingDatabases())) await sleep(20);
  child.kill('SIGKILL');
  await closed;
  const home = join(directory, '.draftgenie-deploy/serve');
  const recording = { files: await filesOf(directory), blobs: await blobsOf(azurite.connectionString) };
  await writeRecording(join(fixtures, 'served.json.gz'), recording, {
    directory,
    app: `serve@${hostname()}-${sha256(home).slice(0, 8)}`,
  });
  await azurite.stop();
  await rm(directory, { recursive: true });
}

async function serving(lines: AsyncIterable<string>): Promise<{ readonly url: string; readonly key: string }> {
  for await (const line of lines) {
    const told = JSON.parse(line) as { readonly type: string; readonly url: string; readonly key: string };
    if (told.type === 'serving') return told;
  }
  throw new Error('the app ended at start');
}

async function blobsOf(connectionString: string): Promise<readonly RecordedBlob[]> {
  const service = BlobServiceClient.fromConnectionString(connectionString);
  const blobs: RecordedBlob[] = [];
  for await (const { name: container } of service.listContainers()) {
    const client = service.getContainerClient(container);
    for await (const { name, metadata = {}, properties } of client.listBlobsFlat({ includeMetadata: true })) {
      const content = (await client.getBlobClient(name).downloadToBuffer()).toString('utf8');
      blobs.push({ container, name, isAppended: properties.blobType === 'AppendBlob', metadata, content });
    }
  }
  return blobs;
}
