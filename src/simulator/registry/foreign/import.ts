import { createHash } from 'node:crypto';
import { isJsonObject, type Json, type JsonObject } from '../../../shared/json.ts';
import type { Refusal } from '../../refusal.ts';
import { findManifest, type Push, parseImageReference, type RegistryContent } from '../content.ts';
import { publicImage } from '../image.ts';
import { type ForeignImage, foreignImage, pullRefusal } from './foreign-image.ts';

/** How long an import takes, in seconds of the real Azure. */
export const IMPORT_SECONDS = 15;

export interface ImageImport {
  readonly content: RegistryContent;
  readonly request: JsonObject;
  /** The registry that `source.resourceId` names. */
  registry(resourceId: string): RegistryContent | undefined;
  /** What is known of images of other registries. */
  readonly foreignImages: Readonly<Record<string, ForeignImage>>;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly endsAt: number;
}

/** importImage: copies an image of a public registry, or of another one of ours, under each of the target tags. */
export function importImage({
  content,
  request,
  registry,
  foreignImages,
  now,
  endsAt,
}: ImageImport): Refusal | undefined {
  const source = isJsonObject(request.source) ? request.source : {};
  const targets = Array.isArray(request.targetTags) ? request.targetTags.map(String) : [];
  const sourceImage = typeof source.sourceImage === 'string' ? source.sourceImage : '';
  const reference = parseImageReference(
    `${typeof source.registryUri === 'string' ? `${source.registryUri}/` : ''}${sourceImage}`,
  );
  if (!reference || targets.length === 0) {
    return refused(400, 'InvalidParameter', 'source.sourceImage and targetTags are needed.');
  }
  const foreign = source.resourceId === undefined ? foreignImage(foreignImages, reference) : undefined;
  if (foreign?.users && !isUser(foreign.users, source.credentials))
    return refused(
      400,
      'Unauthorized',
      `The source image '${sourceImage}' cannot be pulled: ${pullRefusal(reference)}`,
    );
  const { digest, behaviour } = found(source, reference, registry, now) ?? {};
  if (foreign?.isMissing || digest === undefined || behaviour === undefined) {
    return refused(404, 'ManifestUnknown', `The source image '${sourceImage}' was not found.`);
  }
  for (const target of targets) {
    const [repository = '', tag = 'latest'] = target.split(':');
    if (request.mode !== 'Force' && findManifest(content, repository, tag, now)) {
      return refused(
        409,
        'Conflict',
        `Tag ${target} already exists in target registry. To overwrite it use mode Force.`,
      );
    }
    const platforms = foreign?.platforms && { platforms: foreign.platforms };
    content.pushes.push({ repository, tag, digest, behaviour, pushedAt: new Date(endsAt).toISOString(), ...platforms });
  }
  return undefined;
}

function isUser(users: Readonly<Record<string, string>>, credentials: Json | undefined): boolean {
  const { username = '', password } = isJsonObject(credentials) ? credentials : {};
  return Object.hasOwn(users, String(username)) && users[String(username)] === password;
}

function found(
  source: JsonObject,
  {
    host,
    repository,
    tag,
    digest,
  }: { host: string; repository: string; tag: string | undefined; digest: string | undefined },
  registry: ImageImport['registry'],
  now: number,
): Pick<Push, 'digest' | 'behaviour'> | undefined {
  if (typeof source.resourceId === 'string') {
    const other = registry(source.resourceId);
    return other && findManifest(other, repository, digest ?? tag ?? 'latest', now);
  }
  // What a public image holds is not known here; its name stands for it, so that it keeps one digest.
  const name = `${host}/${repository}:${tag ?? 'latest'}`;
  return {
    digest: digest ?? `sha256:${createHash('sha256').update(name).digest('hex')}`,
    behaviour: publicImage(repository),
  };
}

function refused(status: number, code: string, message: string): Refusal {
  return { status, code, message };
}
