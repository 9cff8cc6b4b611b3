import { createHash } from 'node:crypto';
import { appendFile, cp, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { BlobServiceClient } from '@azure/storage-blob';
import { createSandbox, type Sandbox } from './cli.ts';
import { tempDirectory } from './temp.ts';

/** What scripts/record-upgrade records. */
export interface Recording {
  /** Its SHA-256 is the digest of the newest request, where that is made of the directory. */
  readonly requestDigest?: string;
  readonly files: Readonly<Record<string, string>>;
  readonly blobs?: readonly RecordedBlob[];
}

export interface RecordedBlob {
  readonly container: string;
  readonly name: string;
  readonly isAppended: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly content: string;
}

const BASE64 = /\.base64$/;

/**
 * A directory as the command line of an earlier version left it, on this machine and by this user. Names of the engine and
 * digests of requests are made here as that version made them: a present version that makes others does not know its own files
 * again.
 *
 * @param path of the recording, below test/fixtures/upgrade
 */
export async function layEarlierFiles(path: string): Promise<Sandbox> {
  const { directory, requestDigest = '', files } = await readRecording(path);
  await cp(fileURLToPath(new URL('app', address(path))), join(directory, 'app'), { recursive: true });
  await writeFiles(directory, files, {
    '{{engine}}': `local:${hostname()}:${sha256(join(directory, '.draftgenie-deploy/default')).slice(0, 12)}`,
    '{{holder}}': `${userInfo().username}@${hostname()}`,
    '{{requestDigest}}': sha256(requestDigest),
  });
  return await createSandbox(directory);
}

/** The same of a served app, whose blobs are uploaded to a storage. */
export async function layEarlierApp(path: string, connectionString: string): Promise<Sandbox> {
  const { directory, files, blobs = [] } = await readRecording(path);
  const app = `serve@${hostname()}-${sha256(join(directory, '.draftgenie-deploy/serve')).slice(0, 8)}`;
  await writeFiles(directory, files, { '{{app}}': app });
  const service = BlobServiceClient.fromConnectionString(connectionString);
  for (const { container, name, isAppended, metadata, content } of blobs) {
    const client = service.getContainerClient(container);
    await client.createIfNotExists();
    const text = content.replaceAll('{{app}}', app);
    const length = Buffer.byteLength(text);
    if (isAppended) {
      await client.getAppendBlobClient(name).create({ metadata });
      if (length > 0) await client.getAppendBlobClient(name).appendBlock(text, length);
    } else await client.getBlockBlobClient(name).upload(text, length, { metadata });
  }
  return await createSandbox(directory);
}

/** The recordings of a second release are of these sources. */
export async function changeSource({ directory }: Sandbox): Promise<void> {
  await appendFile(join(directory, 'app/server.js'), '// second release\n');
}

function address(path: string): URL {
  return new URL(`../fixtures/upgrade/${path}.json.gz`, import.meta.url);
}

async function readRecording(path: string): Promise<Recording & { readonly directory: string }> {
  const directory = await realpath(await tempDirectory());
  const text = gunzipSync(await readFile(address(path))).toString();
  return { directory, ...(JSON.parse(text.replaceAll('{{directory}}', directory)) as Recording) };
}

async function writeFiles(
  directory: string,
  files: Recording['files'],
  own: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = join(directory, name.replace(BASE64, ''));
    await mkdir(dirname(file), { recursive: true });
    const content = text.replaceAll(/\{\{\w+\}\}/g, (found) => own[found] ?? found);
    await writeFile(file, content, BASE64.test(name) ? 'base64' : 'utf8');
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
