import type { AskedOptions } from '../domain/api/requests.ts';
import { refusalsOf } from '../domain/plan-refusals.ts';
import type { Plan } from '../domain/plan-schema.ts';
import type { ConfigFile, Deployments, DeploymentWork } from '../runs/deployments.ts';
import { runOptions } from '../runs/run-options.ts';
import { ExitCode } from '../shared/errors.ts';
import { planText, refusalText } from '../text/plan-text.ts';
import { followRun } from './follow-run.ts';
import type { Output } from './json/outputs.ts';
import { writeOutput } from './json/write-output.ts';
import { openDeployments } from './open-deployments.ts';
import type { DeployOptions } from './options.ts';
import { requireApprover, requireConsent } from './prompts.ts';
import { refuseLiterals } from './remote/refuse-literals.ts';
import { type Terminal, widthOf } from './terminal.ts';

/** What a command wants done. */
export interface Task {
  readonly work: DeploymentWork;
  /** The words of the command line that ask for it again. */
  readonly words: readonly string[];
  /** Tells what runs ask by default, and where the state is; undefined where an app knows that. */
  readonly file: ConfigFile | undefined;
}

/**
 * One run of whatever is to be done, to its end; a dry run shows its plan. Everything that can be wrong with the request is
 * found before anything is written.
 */
export async function carryOut(terminal: Terminal, options: DeployOptions, task: Task): Promise<ExitCode> {
  requireAnswers(terminal, options, task);
  const deployments = await openDeployments(terminal, options, task.file);
  try {
    return await carryOutOn(deployments, terminal, options, task);
  } finally {
    await deployments.close();
  }
}

/** The same on deployments that the caller has opened, and closes. */
export async function carryOutOn(
  deployments: Deployments,
  terminal: Terminal,
  options: DeployOptions,
  task: Task,
): Promise<ExitCode> {
  requireAnswers(terminal, options, task);
  const { work, words, file } = task;
  const effective = effectiveOptions(options, task);
  const { resetState } = options;
  if (resetState && !effective.dryRun) {
    const question = `Forget everything the state ${deployments.location} knows of ${deployments.environment}? Resources on Azure stay as they are.`;
    await requireConsent(terminal, question, { autoApprove: effective.autoApprove, action: '--reset-state' });
  }
  tellWarnings(terminal, file);
  const request = { work, options, resetState };
  if (effective.dryRun) return printPlan(terminal, options, await deployments.plan(request));
  const { runId, resumed } = await deployments.start(request);
  return await followRun({ terminal, options, effective, deployments, words, runId, resumed });
}

export function tellWarnings({ stderr }: Terminal, file: ConfigFile | undefined): void {
  const warnings = new Set((file?.warnings ?? []).map(({ path, message }) => `${path}: ${message}`));
  for (const warning of warnings) stderr.write(`⚠ ${warning}\n`);
}

/** What is asked for and what the configuration says, together. */
function effectiveOptions(
  options: DeployOptions,
  { file, work }: Task,
): Pick<AskedOptions, 'dryRun' | 'autoApprove' | 'verbose'> {
  const effective = file ? runOptions(options, file.config) : options;
  // What a file says of deployments is no consent to deletions.
  return work.kind === 'destroy' ? { ...effective, autoApprove: options.autoApprove } : effective;
}

/** Refuses what would be refused later, before anything is opened. */
function requireAnswers(terminal: Terminal, options: DeployOptions, task: Task): void {
  if (options.remote !== undefined && task.file) refuseLiterals(task.file);
  const { dryRun, autoApprove } = effectiveOptions(options, task);
  if (dryRun) return;
  const { environment } = options;
  const hint = `Add --confirm ${environment}, or look first with --dry-run.`;
  const asking = task.work.kind === 'destroy' ? { what: 'A deletion', hint } : undefined;
  requireApprover(terminal, options, autoApprove, asking);
}

export function printPlan(terminal: Terminal, options: DeployOptions, plan: Plan): ExitCode {
  if (options.output === 'json') writeOutput(terminal, 'plan', { type: 'plan', plan });
  else terminal.stdout.write(planText(plan, widthOf(terminal)));
  const refusal = refusalText(plan, options.acceptCost);
  if (refusal !== '') {
    terminal.stderr.write(refusal);
    if (options.output === 'json') writeOutput(terminal, 'error', refusalLine(plan, refusal));
    return ExitCode.failed;
  }
  const hasChanges = plan.removal !== undefined || plan.steps.some(({ action }) => action !== 'skip');
  return options.detailedExitcode && hasChanges ? ExitCode.changes : ExitCode.ok;
}

function refusalLine(plan: Plan, text: string): Output<'error'> {
  const code = refusalsOf(plan).length > 0 ? 'plan_forbidden' : 'cost_over_limit';
  return { type: 'error', code, message: text.replace(/^✗ /, '').trimEnd(), exitCode: ExitCode.failed };
}
