import { GIT_COMMIT, type GitAddress } from '../domain/config/git-address.ts';
import { outboundFailure } from '../outbound/failure.ts';
import type { Fetch } from '../outbound/fetch.ts';
import { UserError } from '../shared/errors.ts';

/** Largest list of refs, in bytes; the largest repositories have some ten MB. */
const MAX_BYTES = 64 * 1024 * 1024;
const TIMEOUT_IN_MS = 30_000;
const ADVERTISEMENT = 'application/x-git-upload-pack-advertisement';

/**
 * The commit behind a ref, as `git ls-remote` answers it, over git's smart HTTP protocol and without git itself. A branch wins over
 * a tag of the same name, as in `git checkout` and BuildKit; an annotated tag stands for its commit. A whole commit is not looked up.
 * Source: https://git-scm.com/docs/http-protocol#_smart_clients
 * @throws UserError `git_source_unreachable`, `git_ref_unknown`, or a proxy's failure
 */
export async function resolveGitRef({ repository, ref }: GitAddress, send: Fetch): Promise<string> {
  if (GIT_COMMIT.test(ref)) return ref;
  const refs = readAdvertisement(await askForRefs(repository, send), repository);
  const names = ref === '' ? ['HEAD'] : [ref, `refs/heads/${ref}`, `refs/tags/${ref}`, `refs/${ref}`];
  for (const name of names) {
    const commit = refs.get(`${name}^{}`) ?? refs.get(name);
    if (commit !== undefined) return commit;
  }
  throw new UserError(`${repository} has no branch or tag ${ref === '' ? 'to begin with: it is empty' : ref}.`, {
    code: 'git_ref_unknown',
    hint: 'Correct docker.source; a commit has to be written with all its digits.',
  });
}

async function askForRefs(repository: string, send: Fetch): Promise<Buffer> {
  const address = `${repository}/info/refs?service=git-upload-pack`;
  let response: Response;
  try {
    response = await send(address, { headers: { accept: ADVERTISEMENT }, signal: AbortSignal.timeout(TIMEOUT_IN_MS) });
    if (response.ok && response.headers.get('content-type') === ADVERTISEMENT) return await bodyOf(response);
  } catch (cause) {
    throw outboundFailure(cause) ?? unreachable(repository, (cause as Error).message, cause);
  }
  await response.body?.cancel();
  // Hosts answer 401 or 404 for what is private, so that nobody learns whether it exists.
  if ([401, 403, 404].includes(response.status))
    throw unreachable(repository, `it answers ${response.status}: there is no such repository, or it is private`);
  throw unreachable(repository, response.ok ? 'no git repository answers there' : `it answers ${response.status}`);
}

async function bodyOf(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error(`its list of refs has more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** `<length><sha> <name>[\0capabilities]\n`, in packets of which the first names the service. */
function readAdvertisement(body: Buffer, repository: string): ReadonlyMap<string, string> {
  const refs = new Map<string, string>();
  for (let at = 0; at < body.length; ) {
    const digits = body.toString('latin1', at, at + 4);
    const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
    if (Number.isNaN(length) || (length !== 0 && length < 4) || at + length > body.length)
      throw unreachable(repository, 'its list of refs cannot be read');
    const line = body.toString('utf8', at + 4, at + Math.max(length, 4)).replace(/\0.*|\n$/gs, '');
    const [, commit, name] = /^([0-9a-f]{40}|[0-9a-f]{64}) (.+)$/.exec(line) ?? [];
    if (commit !== undefined && name !== undefined) refs.set(name, commit);
    at += Math.max(length, 4);
  }
  return refs;
}

function unreachable(repository: string, reason: string, cause?: unknown): UserError {
  return new UserError(`The sources in ${repository} cannot be reached: ${reason}.`, {
    code: 'git_source_unreachable',
    hint: 'docker.source has to be a public repository; deploy private ones from a directory with --source.',
    cause,
  });
}
