import type { ImageBehaviour } from './image.ts';
import type { RunRecord } from './run.ts';

/** One tag that was, or at `pushedAt` will be, moved to a manifest. */
export interface Push {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  /** ISO 8601. */
  readonly pushedAt: string;
  readonly behaviour: ImageBehaviour;
  /** `linux/arm64`, of an index one for each image; absent: `linux/amd64`. */
  readonly platforms?: readonly string[];
}

/** What one registry holds; plain JSON, kept in the state file under the registry's id. */
export interface RegistryContent {
  loginServer: string;
  runs: RunRecord[];
  pushes: Push[];
  /** Repository → digests of the blobs that were pushed to it. */
  blobs?: Record<string, string[]>;
  /** Digest → what was pushed by clients; what was built here has none. */
  manifests?: Record<string, { readonly mediaType: string; readonly text: string }>;
}

/** The manifest behind a tag or digest at this moment (ms since 1970). */
export function findManifest(
  content: RegistryContent,
  repository: string,
  reference: string,
  now: number,
): Push | undefined {
  const key = reference.startsWith('sha256:') ? 'digest' : 'tag';
  return content.pushes.findLast(
    (push) => push.repository === repository && push[key] === reference && Date.parse(push.pushedAt) <= now,
  );
}

/** `host/repository:tag@digest` taken apart; Docker Hub's short names get their host. */
export interface ImageReference {
  readonly host: string;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

export type Repository = Pick<ImageReference, 'host' | 'repository'>;

/** Undefined for what no registry would accept as a reference. */
export function parseImageReference(text: string): ImageReference | undefined {
  const match =
    /^(?:([a-zA-Z0-9.-]+(?::\d+)?)\/)?([a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      text,
    );
  if (!match) return undefined;
  const [, first, rest = '', tag, digest] = match;
  // A first part without dot or port is a user of Docker Hub, not a host.
  const isHost = first !== undefined && (/[.:]/.test(first) || first === 'localhost');
  if (!isHost && /[A-Z]/.test(first ?? '')) return undefined;
  const repository = isHost || first === undefined ? rest : `${first}/${rest}`;
  return { host: isHost ? first.toLowerCase() : 'docker.io', repository, tag, digest };
}
