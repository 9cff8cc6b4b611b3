import { posix } from 'node:path';
import { buildContextOf } from '../../domain/config/build-context.ts';
import { imagesToBuild } from '../../images/image-sources.ts';
import { type BlobPut, uploadBlob } from '../../outbound/upload-blob.ts';
import { type ConfigFile, configFilesOf } from '../../runs/deployments.ts';
import { UserError } from '../../shared/errors.ts';
import { packSource } from '../../source/pack-source.ts';
import { ownPaths } from '../local/workspace.ts';
import { attempt, realSleep } from './attempts.ts';
import type { RemoteClient } from './client.ts';

const ATTEMPTS = 4;

/**
 * Makes the app know the sources that a deployment builds from. They are uploaded only when their digest is unknown there, so
 * that an unchanged tree costs one question.
 *
 * @returns the reference for the option `source`; undefined when nothing is built
 */
export async function uploadSource(
  client: RemoteClient,
  directory: string,
  { config, path, overlay }: Pick<ConfigFile, 'config' | 'path' | 'overlay'>,
  tell: (note: string) => void,
): Promise<string | undefined> {
  const { deployment, docker, services } = config;
  const images = deployment.skipBuild || docker.registry || docker.source !== undefined ? [] : imagesToBuild(config);
  if (images.length === 0) return undefined;
  const paths = services.application.flatMap((service) =>
    (service.migration?.requires ?? []).map((path) => posix.join(buildContextOf(service, config), path)),
  );
  const { sha256, bytes, open } = await packSource(directory, images, paths, {
    leaveOut: ownPaths(),
    configFiles: configFilesOf({ path, overlay }),
  });
  const found = await client.call('addSource', { path: {}, body: { sha256 } });
  if (found.status === 'known') return found.source;
  tell(`Uploading the sources (${Math.ceil(bytes / 1024)} KiB).`);
  await uploadBlob(open(), found.url, found.headers, (put) => send(client, put));
  const now = await client.call('addSource', { path: {}, body: { sha256 } });
  if (now.status === 'known') return now.source;
  throw new UserError('The sources were uploaded, and the app does not know them.', {
    code: 'source_upload_failed',
    hint: 'Try again; if it stays so, look at the storage of the app.',
  });
}

/** The address is a capability for a short time: it appears in no message. */
async function send(
  { outbound }: Pick<RemoteClient, 'outbound'>,
  { url, headers, body, commits }: BlobPut,
): Promise<void> {
  const { origin } = new URL(url);
  const options = { method: 'PUT', headers, body: body as Uint8Array<ArrayBuffer>, redirect: 'manual' } as const;
  const response = await attempt(origin, () => outbound(url, options), {
    repeatable: true,
    attempts: ATTEMPTS,
    sleep: realSleep,
  });
  await response.body?.cancel();
  // Somebody else may have uploaded the same archive in between: 409 where the address allows to create only.
  if (response.ok || (commits && response.status === 409)) return;
  throw new UserError(`The storage ${origin} refused the sources (${response.status}).`, {
    code: 'source_upload_failed',
    hint: 'Try again; the address is good for a short time only.',
  });
}
