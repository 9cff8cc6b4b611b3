import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import type { Refusal } from '../refusal.ts';
import { findManifest, type Push, parseImageReference, type RegistryContent } from './content.ts';
import { publicImage } from './image.ts';

/** How long an import takes, in seconds of the real Azure. */
export const IMPORT_SECONDS = 15;

export interface ImageImport {
  readonly content: RegistryContent;
  readonly request: JsonObject;
  /** The registry that `source.resourceId` names. */
  registry(resourceId: string): RegistryContent | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly endsAt: number;
}

/** importImage: copies an image of a public registry, or of another one of ours, under each of the target tags. */
export function importImage({ content, request, registry, now, endsAt }: ImageImport): Refusal | undefined {
  const source = isJsonObject(request.source) ? request.source : {};
  const targets = Array.isArray(request.targetTags) ? request.targetTags.map(String) : [];
  const sourceImage = typeof source.sourceImage === 'string' ? source.sourceImage : '';
  const reference = parseImageReference(
    `${typeof source.registryUri === 'string' ? `${source.registryUri}/` : ''}${sourceImage}`,
  );
  if (!reference || targets.length === 0) {
    return refused(400, 'InvalidParameter', 'source.sourceImage and targetTags are needed.');
  }
  const { digest, behaviour } = found(source, reference, registry, now) ?? {};
  if (digest === undefined || behaviour === undefined) {
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
    content.pushes.push({ repository, tag, digest, behaviour, pushedAt: new Date(endsAt).toISOString() });
  }
  return undefined;
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
