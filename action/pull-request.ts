import { readFile } from 'node:fs/promises';
import { outboundFetch } from '../src/outbound/fetch.ts';
import type { Runner } from './runner.ts';

/** The pull request that a job is about, and what may write on it. */
export interface PullRequest {
  /** Address of GitHub's API, without a slash at its end. */
  readonly api: string;
  /** `owner/name` */
  readonly repository: string;
  readonly number: number;
  readonly token: string;
}

/** GitHub refuses longer ones: https://github.com/orgs/community/discussions/27190 */
const MAX_COMMENT_LENGTH = 65_000;
const PER_PAGE = 100;
/** Ten thousand comments: then another is written, which is better than to read on for ever. */
const MAX_PAGES = 100;

interface Comment {
  readonly id: number;
  readonly body?: string;
  readonly user?: { readonly type?: string } | null;
}

/**
 * The pull request of the event that started the job, by the runner's variables; undefined where it was another event.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
export async function pullRequestOf(
  env: Readonly<Record<string, string | undefined>>,
  token: string | undefined,
): Promise<PullRequest | undefined> {
  const { GITHUB_API_URL: api = '', GITHUB_REPOSITORY: repository = '', GITHUB_EVENT_PATH: path } = env;
  if (!path || !token) return undefined;
  const event = JSON.parse(await readFile(path, 'utf8')) as { readonly pull_request?: { readonly number?: unknown } };
  const number = event.pull_request?.number;
  return typeof number === 'number' ? { api: api.replace(/\/+$/, ''), repository, number, token } : undefined;
}

/**
 * Writes the one comment of this environment on a pull request anew, or for the first time. What cannot be written is a warning: whether
 * a deployment succeeds is no matter of its comment.
 */
export async function comment(
  { warning }: Pick<Runner, 'warning'>,
  pullRequest: PullRequest,
  environment: string,
  text: string,
): Promise<void> {
  const mark = `<!-- draftgenie-deploy ${environment} -->`;
  const body = JSON.stringify({ body: `${mark}\n${shortened(text)}` });
  try {
    const own = await ownComment(pullRequest, mark);
    const issues = `/repos/${pullRequest.repository}/issues`;
    if (own === undefined) await call(pullRequest, 'POST', `${issues}/${pullRequest.number}/comments`, body);
    else await call(pullRequest, 'PATCH', `${issues}/comments/${own}`, body);
  } catch (error) {
    warning(`The plan could not be written on the pull request: ${(error as Error).message}`);
  }
}

/** The id of the comment that an earlier job wrote. Only a bot's: anybody may write the mark into a comment of their own. */
async function ownComment(pullRequest: PullRequest, mark: string): Promise<number | undefined> {
  const { repository, number } = pullRequest;
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const path = `/repos/${repository}/issues/${number}/comments?per_page=${PER_PAGE}&page=${page}`;
    const comments = (await (await call(pullRequest, 'GET', path)).json()) as readonly Comment[];
    const own = comments.find(({ body, user }) => user?.type === 'Bot' && body?.startsWith(mark));
    if (own || comments.length < PER_PAGE) return own?.id;
  }
  return undefined;
}

/** https://docs.github.com/en/rest/issues/comments */
async function call({ api, token }: PullRequest, method: string, path: string, body?: string): Promise<Response> {
  const response = await outboundFetch(`${api}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'x-github-api-version': '2022-11-28',
      'user-agent': 'draftgenie-deploy',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body }),
  });
  if (response.ok) return response;
  const hint = response.status === 403 ? '; the job needs the permission pull-requests: write' : '';
  throw new Error(`GitHub answered ${response.status}${hint}.`);
}

function shortened(text: string): string {
  return text.length <= MAX_COMMENT_LENGTH
    ? text
    : `${text.slice(0, MAX_COMMENT_LENGTH)}\n\n… shortened; the summary of the job has all of it.`;
}
