import type { World } from '../../world.ts';
import { type ImageReference, parseImageReference, type Repository } from '../content.ts';
import { foreignImage, judgePull, type PullJudgement, repositoryName } from './foreign-image.ts';
import { type ImageContent, imageContent } from './image-content.ts';

/** An image that somebody asks for, or the reason why he does not get it. */
export type FoundImage = ImageContent | Extract<PullJudgement, string>;

/** The image behind a tag, or behind the digest of any of its manifests. */
export function imageAt(world: World, reference: ImageReference, account: string | undefined): FoundImage {
  const { digest } = reference;
  const [owner] = digest === undefined ? [] : asked(world, reference, (image) => image.manifests.has(digest));
  const named = owner ?? reference;
  const judgement = judgePull(world.state.behaviour.images, named, account);
  if (typeof judgement === 'string') return judgement;
  remember(world, named);
  return contentOf(world, named);
}

/** The bytes behind a digest, and the names of the images that they are part of. */
export function blobAt(
  world: World,
  repository: Repository,
  digest: string,
): { readonly images: readonly ImageReference[]; readonly bytes: Buffer } | undefined {
  const images = asked(world, repository, ({ blobs }) => blobs.has(digest));
  const bytes = images[0] && contentOf(world, images[0]).blobs.get(digest);
  return bytes && { images, bytes };
}

/** Digests cannot be traced back to the names that they are made of, so what was asked for is kept. */
function asked(world: World, repository: Repository, has: (image: ImageContent) => boolean): readonly ImageReference[] {
  const names = world.state.foreignReferences[repositoryName(repository)] ?? [];
  return names.flatMap((name) => parseImageReference(name) ?? []).filter((one) => has(contentOf(world, one)));
}

function contentOf({ state }: World, reference: ImageReference): ImageContent {
  return imageContent(reference, foreignImage(state.behaviour.images, reference)?.platforms);
}

function remember({ state, store }: World, reference: ImageReference): void {
  const { tag = 'latest', digest } = reference;
  const key = repositoryName(reference);
  const name = digest === undefined ? `${key}:${tag}` : `${key}@${digest}`;
  const before = state.foreignReferences[key] ?? [];
  if (before.includes(name)) return;
  state.foreignReferences[key] = [...before, name];
  // Whoever asks changes nothing, otherwise; the answer waits for the writing all the same.
  void store.save();
}
