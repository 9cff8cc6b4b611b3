import { AzureError } from '../azure/errors.ts';
import type { Waiting } from '../engine/waiting/waiting.ts';
import { UserError } from '../shared/errors.ts';

/** How long a build may take; whoever builds ends it then. */
export const BUILD_TIMEOUT_IN_SECONDS = 1800;

export type BuildOutcome = { readonly kind: 'built'; readonly digest: string } | Waiting;

/** What registries, mirrors and networks say when they have a bad moment; Docker Hub limits anonymous pulls. */
const TRANSIENT =
  /toomanyrequests|TLS handshake timeout|i\/o timeout|connection (?:reset|refused|timed out)|temporary failure in name resolution|EAI_AGAIN|ETIMEDOUT|ECONNRESET|50[234] (?:Bad Gateway|Service (?:Temporarily )?Unavailable|Gateway Time-?out)/i;

interface FailedBuild {
  readonly why: string;
  /** The end of its log. */
  readonly tail: string;
  /** `given_up`: by the builder, for reasons of its own. `timed_out`: it would take as long again. */
  readonly end: 'failed' | 'given_up' | 'timed_out';
}

/** What fails for a moment is tried again: the Dockerfile is not to blame. */
export function buildFailure(service: string, { why, tail, end }: FailedBuild): Error {
  if (end === 'given_up' || (end === 'failed' && TRANSIENT.test(tail))) {
    const message = `the build of ${service}: ${why}. Its log ends:\n${tail}`;
    return new AzureError({ code: 'ServiceUnavailable', message });
  }
  return new UserError(`The build of ${service} failed (${why}). Its log ends:\n${tail}`, {
    code: 'build_failed',
    hint:
      end === 'timed_out'
        ? `Have the build of ${service} do less, e.g. with fewer stages or a base image that has more; the other images are kept.`
        : `Correct the Dockerfile or the sources of ${service}; the other images are kept.`,
  });
}
