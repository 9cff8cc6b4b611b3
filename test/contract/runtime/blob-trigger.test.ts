import { app, type InvocationContext } from '@azure/functions';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import * as df from 'durable-functions';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type FunctionsWorker, loadFunctions } from '../../../src/runtime/worker.ts';
import { type Logger, silentLogger } from '../../../src/shared/logger.ts';
import { type Azurite, startAzurite } from '../../helpers/azurite.ts';
import { type Served, serve, TEST_KEYS } from '../../helpers/http/served.ts';
import { tempDirectory } from '../../helpers/temp.ts';
import { until } from '../../helpers/wait.ts';

let worker: FunctionsWorker;
let azurite: Azurite;
let container: ContainerClient;
const seen: { readonly env: string; readonly text: string; readonly context: InvocationContext }[] = [];
let behaviour: (env: string) => unknown = () => undefined;

beforeAll(async () => {
  worker = await loadFunctions(() => {
    // biome-ignore lint/correctness/useYield: it ends at once
    df.app.orchestration('deploy', function* (context) {
      return context.df.getInput();
    });
    app.storageBlob('configs', {
      path: '%CONTAINER%/{env}.yaml',
      connection: 'TEST_STORAGE',
      extraInputs: [df.input.durableClient()],
      handler: async (blob, context) => {
        const env = String(context.triggerMetadata?.env);
        // A call that a test before left behind is no concern of the next.
        if (!String(context.triggerMetadata?.blobTrigger).startsWith(`${container.containerName}/`)) return;
        seen.push({ env, text: (blob as Buffer).toString(), context });
        await behaviour(env);
        await df.getClient(context).startNew('deploy', { instanceId: env, input: { env } });
      },
    });
  });
  azurite = await startAzurite();
});

afterAll(() => azurite.stop());

let tests = 0;

/** Serves with a container of its own. */
async function serveBlobs(
  name?: string,
  options: { readonly storage?: string; readonly isMissing?: boolean; readonly logger?: Logger } = {},
): Promise<Served> {
  tests += 1;
  const CONTAINER = name ?? `configs-${tests}`;
  container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(CONTAINER);
  if (!options.isMissing) await container.createIfNotExists();
  if (name === undefined) {
    seen.length = 0;
    behaviour = () => undefined;
  }
  const appSettings = { CONTAINER, TEST_STORAGE: options.storage ?? azurite.connectionString };
  const { logger = silentLogger } = options;
  return await serve(worker, { logger, triggers: { appSettings, blobPollingIntervalInMs: 10 } });
}

async function upload(name: string, text: string, metadata: Record<string, string> = {}): Promise<string> {
  const { etag = '' } = await container.getBlockBlobClient(name).upload(text, Buffer.byteLength(text), { metadata });
  return etag;
}

async function poisonMessages(): Promise<readonly string[]> {
  const queue = QueueServiceClient.fromConnectionString(azurite.connectionString).getQueueClient(
    'webjobs-blobtrigger-poison',
  );
  if (!(await queue.exists())) return [];
  const { peekedMessageItems } = await queue.peekMessages({ numberOfMessages: 32 });
  return peekedMessageItems.map(({ messageText }) => Buffer.from(messageText, 'base64').toString());
}

describe('a blob trigger', () => {
  it('hands content, name and metadata to the function, which starts an orchestration', async () => {
    const { engine } = await serveBlobs();
    await upload('other.txt', 'not for us');
    const etag = await upload('production.yaml', 'version: 1', { Owner: 'somebody' });
    await until(() => engine.status('production')?.runtimeStatus === 'Completed');
    expect(seen.map(({ env, text }) => [env, text])).toEqual([['production', 'version: 1']]);
    expect(seen[0]?.context.triggerMetadata).toMatchObject({
      env: 'production',
      blobTrigger: `${container.containerName}/production.yaml`,
      uri: container.getBlobClient('production.yaml').url,
      properties: { eTag: etag, contentLength: 10, blobType: 'BlockBlob' },
      metadata: { owner: 'somebody' },
    });
  });

  it('calls again for a new version, and not for one that it had, also after a restart', async () => {
    const { served } = await serveBlobs();
    await upload('one.yaml', 'first');
    await until(() => seen.length === 1);
    await upload('one.yaml', 'second');
    await until(() => seen.length === 2);
    await served.stop();
    await upload('two.yaml', 'third');
    await serveBlobs(container.containerName);
    await until(() => seen.length === 3);
    expect(seen.map(({ text }) => text)).toEqual(['first', 'second', 'third']);
  });

  it('leaves a receipt for every version', async () => {
    const { engine } = await serveBlobs();
    const etag = await upload('kept.yaml', 'x');
    await until(() => engine.status('kept') !== undefined);
    const path = `blobreceipts/testhubname/Host.Functions.configs/${etag}/${container.containerName}/kept.yaml`;
    const receipts = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(
      'azure-webjobs-hosts',
    );
    let completed: string | undefined;
    while (completed === undefined) {
      completed = (await receipts.getBlobClient(path).getProperties()).metadata?.completed;
    }
    expect(completed).toBe('true');
  });

  it('calls once for each blob when two instances look at the same container', async () => {
    const instances = [await serveBlobs(), await serveBlobs(container.containerName)];
    const names = Array.from({ length: 20 }, (_, n) => `env-${n}`);
    await Promise.all(names.map((name) => upload(`${name}.yaml`, name)));
    await until(() => new Set(seen.map(({ env }) => env)).size === names.length);
    // In good order: a function that is broken off is called again elsewhere.
    await Promise.all(instances.map(({ served }) => served.stop({ graceInMs: 60_000 })));
    expect(seen.map(({ env }) => env).sort()).toEqual([...names].sort());
  });

  it('tries five times, and then puts a message on the poison queue', async () => {
    await serveBlobs();
    behaviour = () => {
      throw new Error('no luck');
    };
    const etag = await upload('bad.yaml', 'x');
    let messages: readonly string[] = [];
    while (messages.length === 0) messages = await poisonMessages();
    expect(messages.map((message) => JSON.parse(message))).toEqual([
      {
        Type: 'BlobTrigger',
        FunctionId: 'Host.Functions.configs',
        BlobType: 'BlockBlob',
        ContainerName: container.containerName,
        BlobName: 'bad.yaml',
        ETag: etag,
      },
    ]);
    expect(seen).toHaveLength(5);
    behaviour = () => undefined;
    await upload('good.yaml', 'x');
    await until(() => seen.length === 6);
    expect(seen[5]?.env).toBe('good');
  });

  it('is done with a failing blob after five tries where there are no queues', async () => {
    const blobsOnly = azurite.connectionString.replace(/QueueEndpoint=[^;]*;/, '');
    await serveBlobs(undefined, { storage: blobsOnly });
    behaviour = (env) => {
      if (env === 'bad') throw new Error('no luck');
    };
    await upload('bad.yaml', 'x');
    await until(() => seen.length === 5);
    await upload('good.yaml', 'x');
    await until(() => seen.some(({ env }) => env === 'good'));
    expect(seen).toHaveLength(6);
  });

  it('waits for a container that is not there yet, and tells of it once and quietly', async () => {
    const log: string[] = [];
    const logger: Logger = { log: (level, message) => log.push(`${level} ${message}`) };
    const { engine } = await serveBlobs(undefined, { isMissing: true, logger });
    await until(() => log.length > 0);
    await container.create();
    await upload('first.yaml', 'x');
    await until(() => engine.status('first') !== undefined);
    expect(log.filter((line) => line.includes('cannot scan'))).toHaveLength(1);
    expect(log[0]).toMatch(/^debug .*container does not exist\.$/);
  });

  it('goes on when the storage is there again', async () => {
    const log: string[] = [];
    const logger: Logger = { log: (level, message) => log.push(`${level} ${message}`) };
    const directory = await tempDirectory();
    const before = await startAzurite({ directory });
    const other = azurite;
    azurite = before;
    try {
      await serveBlobs(undefined, { logger });
      await before.stop();
      await until(() => log.some((line) => line.startsWith('warning') && line.includes('cannot scan')));
      azurite = await startAzurite({ directory, blobPort: before.blobPort });
      onTestFinished(azurite.stop);
      await upload('back.yaml', 'x');
      await until(() => seen.length === 1);
    } finally {
      azurite = other;
    }
  });

  it('lets the function end that runs at the stop', async () => {
    const { served } = await serveBlobs();
    let open = (): void => undefined;
    let isDone = false;
    behaviour = async () => {
      await new Promise<void>((resolve) => (open = resolve));
      isDone = true;
    };
    await upload('slow.yaml', 'x');
    await until(() => seen.length === 1);
    const stopped = served.stop({ graceInMs: 60_000 });
    open();
    await stopped;
    expect(isDone).toBe(true);
    await serveBlobs(container.containerName);
    await upload('next.yaml', 'x');
    await until(() => seen.length === 2);
    expect(seen[1]?.env).toBe('next');
  });

  it('names the setting that is missing or wrong, and no value', async () => {
    const start = (appSettings: Record<string, string>): Promise<Served> =>
      serve(worker, { keys: TEST_KEYS, triggers: { appSettings } });
    await expect(start({})).rejects.toMatchObject({ code: 'setting_missing' });
    await expect(start({ CONTAINER: 'configs' })).rejects.toThrow('TEST_STORAGE');
    const wrong = start({ CONTAINER: 'configs', TEST_STORAGE: 'AccountKey=secret-value' });
    await expect(wrong).rejects.toMatchObject({ code: 'storage_connection_invalid' });
    await expect(wrong).rejects.not.toThrow('secret-value');
    await expect(start({ CONTAINER: 'No', TEST_STORAGE: azurite.connectionString })).rejects.toThrow('container');
  });
});
