import { posix } from 'node:path';
import { buildContextOf } from '../../domain/config/build-context.ts';
import { imagesToBuild } from '../../images/image-sources.ts';
import { type BlobPut, uploadBlob } from '../../outbound/upload-blob.ts';
import { type ConfigFile, configFilesOf } from '../../runs/deployments.ts';
import { type Clock, systemClock } from '../../shared/clock.ts';
import { UserError } from '../../shared/errors.ts';
import { packSource } from '../../source/pack-source.ts';
import { ownPaths } from '../local/workspace.ts';
import { attempt, realSleep } from './attempts.ts';
import type { AnswerOf, RemoteClient } from './client.ts';

const ATTEMPTS = 4;
/** What the clocks of a laptop and of the app may differ by, and a PUT's attempts may take. */
const RENEWS_BEFORE_IN_MS = 5 * 60 * 1000;

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
  clock: Clock = systemClock,
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
  const ask = (): Promise<SourceAnswer> => client.call('addSource', { path: {}, body: { sha256 } });
  const found = await ask();
  if (found.status === 'known') return found.source;
  tell(`Uploading the sources (${Math.ceil(bytes / 1024)} KiB).`);
  await uploadBlob(open(), addressOf(found, ask, clock), found.headers, (put) => send(client, put));
  const now = await ask();
  if (now.status === 'known') return now.source;
  throw new UserError('The sources were uploaded, and the app does not know them.', {
    code: 'source_upload_failed',
    hint: 'Try again; if it stays so, look at the storage of the app.',
  });
}

type SourceAnswer = AnswerOf<'addSource'>;

/** Where the archive goes, asked again before the time of the address is over; undefined: somebody else has uploaded it meanwhile. */
function addressOf(first: SourceAnswer, ask: () => Promise<SourceAnswer>, clock: Clock) {
  let latest = first;
  return async (): Promise<string | undefined> => {
    if (latest.status === 'upload' && isAboutToExpire(latest.expiresAt, clock)) latest = await ask();
    return latest.status === 'upload' ? latest.url : undefined;
  };
}

function isAboutToExpire(expiresAt: string, clock: Clock): boolean {
  return Date.parse(expiresAt) - clock.now().getTime() <= RENEWS_BEFORE_IN_MS;
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
