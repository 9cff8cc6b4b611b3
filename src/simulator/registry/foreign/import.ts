import { isJsonObject, type Json, type JsonObject } from '../../../shared/json.ts';
import type { Refusal } from '../../refusal.ts';
import { findManifest, type ImageReference, type Push, parseImageReference, type RegistryContent } from '../content.ts';
import { publicImage } from '../image.ts';
import {
  type Credentials,
  type ForeignImages,
  judgePullWith,
  type PullJudgement,
  pullRefusal,
} from './foreign-image.ts';
import { imageContent } from './image-content.ts';

/** How long an import takes, in seconds of the real Azure. */
export const IMPORT_SECONDS = 15;

export interface ImageImport {
  readonly content: RegistryContent;
  readonly request: JsonObject;
  /** The registry that `source.resourceId` names. */
  registry(resourceId: string): RegistryContent | undefined;
  /** What is known of images of other registries. */
  readonly foreignImages: ForeignImages;
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
  const foreign =
    source.resourceId === undefined
      ? judgePullWith(foreignImages, reference, credentialsOf(source.credentials))
      : undefined;
  if (foreign === 'denied')
    return refused(
      400,
      'Unauthorized',
      `The source image '${sourceImage}' cannot be pulled: ${pullRefusal(reference)}`,
    );
  const push = foreign ? foreignPush(reference, foreign) : ownPush(source, reference, registry, now);
  if (!push) return refused(404, 'ManifestUnknown', `The source image '${sourceImage}' was not found.`);
  for (const target of targets) {
    const [repository = '', tag = 'latest'] = target.split(':');
    if (request.mode !== 'Force' && findManifest(content, repository, tag, now)) {
      return refused(
        409,
        'Conflict',
        `Tag ${target} already exists in target registry. To overwrite it use mode Force.`,
      );
    }
    content.pushes.push({ repository, tag, pushedAt: new Date(endsAt).toISOString(), ...push });
  }
  return undefined;
}

function credentialsOf(given: Json | undefined): Credentials | undefined {
  if (!isJsonObject(given)) return undefined;
  return { username: String(given.username ?? ''), password: String(given.password ?? '') };
}

type Imported = Pick<Push, 'digest' | 'behaviour' | 'platforms'>;

function foreignPush(reference: ImageReference, judgement: PullJudgement): Imported | undefined {
  if (typeof judgement === 'string') return undefined;
  const { platforms } = judgement;
  const { digest } = imageContent(reference, platforms);
  return { digest, behaviour: publicImage(reference.repository), ...(platforms && { platforms }) };
}

function ownPush(
  source: JsonObject,
  { repository, tag, digest }: ImageReference,
  registry: ImageImport['registry'],
  now: number,
): Imported | undefined {
  const other = typeof source.resourceId === 'string' ? registry(source.resourceId) : undefined;
  const found = other && findManifest(other, repository, digest ?? tag ?? 'latest', now);
  if (!found) return undefined;
  const { behaviour, platforms } = found;
  return { digest: found.digest, behaviour, ...(platforms && { platforms }) };
}

function refused(status: number, code: string, message: string): Refusal {
  return { status, code, message };
}
