import type { World } from '../../world.ts';
import { type ImageReference, parseImageReference, type Repository } from '../content.ts';
import { foreignImage, inFull, judgePull, type PullJudgement } from './foreign-image.ts';
import { type ImageContent, imageContent } from './image-content.ts';

/** An image that somebody asks for, or the reason why he does not get it. */
export type FoundImage = ImageContent | Extract<PullJudgement, string>;

/** The image behind a tag, or behind the digest of any of its manifests. */
export function imageAt(world: World, reference: ImageReference, account: string | undefined): FoundImage {
  const { digest } = reference;
  const owner = digest === undefined ? undefined : ownerOf(world, reference, (image) => image.manifests.has(digest));
  const named = owner ?? reference;
  const judgement = judgePull(world.state.behaviour.images, named, account);
  if (typeof judgement === 'string') return judgement;
  remember(world, named);
  return contentOf(world, named);
}

/** The bytes behind a digest, and the name of an image that they are part of. */
export function blobAt(
  world: World,
  repository: Repository,
  digest: string,
): { readonly reference: ImageReference; readonly bytes: Buffer } | undefined {
  const reference = ownerOf(world, repository, ({ blobs }) => blobs.has(digest));
  const bytes = reference && contentOf(world, reference).blobs.get(digest);
  return bytes && { reference, bytes };
}

/** Digests cannot be traced back to the names that they are made of, so what was asked for is kept. */
function ownerOf(
  world: World,
  repository: Repository,
  has: (image: ImageContent) => boolean,
): ImageReference | undefined {
  const asked = (world.state.foreignReferences[keyOf(repository)] ?? []).flatMap(
    (name) => parseImageReference(name) ?? [],
  );
  return asked.find((one) => has(contentOf(world, one)));
}

function contentOf({ state }: World, reference: ImageReference): ImageContent {
  return imageContent(reference, foreignImage(state.behaviour.images, reference)?.platforms);
}

function remember({ state, store }: World, reference: ImageReference): void {
  const { tag = 'latest', digest } = reference;
  const key = keyOf(reference);
  const name = digest === undefined ? `${key}:${tag}` : `${key}@${digest}`;
  const asked = state.foreignReferences[key] ?? [];
  if (asked.includes(name)) return;
  state.foreignReferences[key] = [...asked, name];
  // Whoever asks changes nothing, otherwise; the answer waits for the writing all the same.
  void store.save();
}

function keyOf({ host, repository }: Repository): string {
  return `${host}/${inFull({ host, repository })}`;
}
