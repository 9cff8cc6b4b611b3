import { ExitCode } from '../../shared/errors.ts';
import { writeOutput } from '../json/write-output.ts';
import { openDeployments } from '../open-deployments.ts';
import type { CommonOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';

export interface ApproveOptions extends CommonOptions {
  /** Digest of the plan. */
  readonly plan: string;
  readonly reject: boolean;
  readonly comment: string | undefined;
  /** The environment's name, where the plan deletes data. */
  readonly confirm: string | undefined;
  /** The plan may cost more than the configuration allows. */
  readonly acceptCost: boolean;
}

/** Approves, or rejects, the plan that a run waits with. The digest says which: a later plan is not approved by it. */
export async function approveCommand(terminal: Terminal, options: ApproveOptions, runId: string): Promise<ExitCode> {
  const { plan: planDigest, reject, comment, confirm, acceptCost, output } = options;
  const decision = reject ? 'reject' : 'approve';
  const deployments = await openDeployments(terminal, options);
  await deployments.decide(runId, {
    planDigest,
    decision,
    ...(comment !== undefined && { comment }),
    ...(confirm !== undefined && { confirm }),
    ...(acceptCost && { acceptCost }),
  });
  if (output === 'json') writeOutput(terminal, 'decision', { type: 'decision', runId, planDigest, decision });
  else
    terminal.stdout.write(
      `The plan ${planDigest.slice(0, 12)}… of run ${runId} is ${reject ? 'rejected' : 'approved'}.\n`,
    );
  return ExitCode.ok;
}
