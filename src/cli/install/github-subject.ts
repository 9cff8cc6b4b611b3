import { GITHUB_ENVIRONMENT } from '../../install/github.ts';
import { outboundFailure } from '../../outbound/failure.ts';
import type { Fetch } from '../../outbound/fetch.ts';
import { UserError } from '../../shared/errors.ts';
import { isJsonObject } from '../../shared/json.ts';

const TIMEOUT_IN_MS = 30_000;

/**
 * How GitHub calls a job of the repository that deploys. Whether the ids of owner and repository are in it depends on when it was made,
 * renamed or transferred, and on its settings, so GitHub is asked:
 * https://docs.github.com/rest/actions/oidc#get-the-customization-template-for-an-oidc-subject-claim-for-a-repository,
 * https://learn.microsoft.com/entra/workload-id/workload-identities-github-immutable-subjects
 *
 * @param api `https://api.github.com`
 * @throws UserError `github_subject_unknown`
 */
export async function githubSubject(repository: string, send: Fetch, api: string): Promise<string> {
  const answer = await ask(`${api.replace(/\/+$/, '')}/repos/${repository}/actions/oidc/customization/sub`, send);
  if (!isJsonObject(answer)) throw unknown(repository, 'GitHub’s answer is not as it documents it');
  const { use_default: isDefault, use_immutable_subject: hasIds, sub_claim_prefix: prefix } = answer;
  if (isDefault === false) throw unknown(repository, 'its subjects are made by a template of its own');
  if (typeof prefix === 'string' && prefix.startsWith('repo:')) return subjectOf(prefix);
  if (hasIds === true) throw unknown(repository, 'GitHub does not tell the ids that are in it');
  return subjectOf(`repo:${repository}`);
}

function subjectOf(prefix: string): string {
  return `${prefix}:environment:${GITHUB_ENVIRONMENT}`;
}

async function ask(address: string, send: Fetch): Promise<unknown> {
  const [, repository = ''] = /\/repos\/(.+)\/actions\//.exec(address) ?? [];
  const headers = { accept: 'application/vnd.github+json', 'user-agent': 'draftgenie-deploy' };
  let response: Response;
  try {
    response = await send(address, { headers, signal: AbortSignal.timeout(TIMEOUT_IN_MS) });
  } catch (cause) {
    throw outboundFailure(cause) ?? unknown(repository, (cause as Error).message);
  }
  const text = await response.text();
  if (!response.ok)
    throw unknown(repository, `GitHub answers ${response.status}: it tells this of public repositories`);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw unknown(repository, 'GitHub’s answer is no JSON');
  }
}

function unknown(repository: string, why: string): UserError {
  return new UserError(`The subject of ${repository} in GitHub’s tokens is not known: ${why}.`, {
    code: 'github_subject_unknown',
    hint: `Give it with --subject; "gh api repos/${repository}/actions/oidc/customization/sub" shows the beginning, to which :environment:${GITHUB_ENVIRONMENT} is added.`,
  });
}
