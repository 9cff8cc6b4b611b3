/** A repository and what is taken of it. */
export interface GitAddress {
  /** `https://host/org/repo.git` */
  readonly repository: string;
  /** Branch, tag, `refs/…` or whole commit; empty: the default branch. */
  readonly ref: string;
}

/** Whole commits only: SHA-1, or SHA-256 in newer repositories. */
export const GIT_COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Characters and sequences that git refuses in names of refs: https://git-scm.com/docs/git-check-ref-format */
const BAD_REF = /[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|\.$|^-|\.lock$/;

/**
 * Reads `https://host/org/repo.git#ref`. What is wrong is said in words that do not repeat the address: it may hold a password.
 * The suffix `.git` is how the builder knows a repository from a tarball.
 */
export function parseGitAddress(text: string): GitAddress | { readonly problem: string } {
  const [address = '', ref = ''] = text.split(/#(.*)/s);
  if (!URL.canParse(address) || !address.startsWith('https://'))
    return { problem: 'must be the https address of a git repository, such as https://host/org/repo.git#ref' };
  const url = new URL(address);
  if (url.username !== '' || url.password !== '')
    return {
      problem: 'must not hold credentials; private repositories cannot be built from their address, use --source',
    };
  if (url.search !== '' || !url.pathname.endsWith('.git'))
    return { problem: 'must end in .git, or in .git#ref, without a query' };
  if (BAD_REF.test(ref)) return { problem: 'has no name of a branch, tag or commit behind its #' };
  return { repository: url.href, ref };
}
