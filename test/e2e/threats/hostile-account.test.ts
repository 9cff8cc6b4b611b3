import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { describe, expect, it } from 'vitest';
import { startAzurite } from '../../helpers/azurite.ts';
import { serve } from '../../helpers/http/served-app.ts';
import { PREBUILT_CONFIG } from '../../helpers/prebuilt-config.ts';
import { tempDirectory } from '../../helpers/temp.ts';

/** The emulator's key, which everybody knows: https://learn.microsoft.com/azure/storage/common/storage-use-azurite */
const KNOWN_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

function endpointOf(storage: string): string {
  return /BlobEndpoint=([^;]+)/.exec(storage)?.[1] ?? '';
}

describe('another user of the machine', () => {
  it('deploys nothing through the storage of a served app, reads nothing of it, and opens none of its files', async () => {
    const app = await serve();
    const { port } = new URL(endpointOf(app.storage));
    const stranger = new BlobServiceClient(
      `http://127.0.0.1:${port}/devstoreaccount1`,
      new StorageSharedKeyCredential('devstoreaccount1', KNOWN_KEY),
      { retryOptions: { maxTries: 1 } },
    );
    const configs = stranger.getContainerClient('deployment-configs');
    await expect(configs.createIfNotExists()).rejects.toMatchObject({ statusCode: 403 });
    const upload = configs.getBlockBlobClient('stranger.yaml').upload(PREBUILT_CONFIG, PREBUILT_CONFIG.length);
    await expect(upload).rejects.toMatchObject({ statusCode: 403 });
    await expect(stranger.listContainers().next()).rejects.toMatchObject({ statusCode: 403 });
    expect((await fetch(`${app.url}/api/environments`)).status).toBe(401);

    const home = join(app.directory, '.draftgenie-deploy/serve');
    expect((await stat(home)).mode & 0o077).toBe(0);
    expect((await stat(join(home, 'storage'))).mode & 0o077).toBe(0);
    expect((await stat(join(home, 'storage/account.key'))).mode & 0o177).toBe(0);
    expect(await readdir(home)).toContain('storage');
  });

  it('loses the way in that an earlier version left open, and the data stay', async () => {
    const directory = await tempDirectory();
    const storage = join(directory, '.draftgenie-deploy/serve/storage');
    await mkdir(storage, { recursive: true });
    const earlier = await startAzurite({ directory: storage });
    const before = BlobServiceClient.fromConnectionString(earlier.connectionString);
    await before.createContainer('kept');
    await before.getContainerClient('kept').getBlockBlobClient('x').upload('told', 4);
    await earlier.stop();
    const app = await serve({ directory });
    const now = BlobServiceClient.fromConnectionString(app.storage);
    const kept = await now.getContainerClient('kept').getBlockBlobClient('x').downloadToBuffer();
    expect(kept.toString()).toBe('told');
  });
});
