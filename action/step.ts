import type { App } from './app.ts';
import type { PullRequest } from './pull-request.ts';
import type { Runner } from './runner.ts';

/** What every command of the action works with. */
export interface Step {
  readonly runner: Runner;
  readonly app: App;
  /** Of the job's pull request, where the plan is to be written there. */
  readonly pullRequest: PullRequest | undefined;
  /** Where files for later steps of the job lie. */
  readonly filesOfJob: string | undefined;
}
