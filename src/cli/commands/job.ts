import { setTimeout as sleep } from 'node:timers/promises';
import { actualOutputs } from '../../domain/outputs.ts';
import { endOf, logOf, startOnce } from '../../release/job-execution.ts';
import { type DeployedJob, deployedJobs } from '../../resources/job.ts';
import { ExitCode, UserError } from '../../shared/errors.ts';
import { writeOutput } from '../json/write-output.ts';
import { loadConfig } from '../load-config.ts';
import type { LocalStores } from '../local/find-stores.ts';
import { type LocalStack, openLocalStack } from '../local/local-stack.ts';
import { openLocalStores } from '../local/local-stores.ts';
import { type CommonOptions, refuseRemote } from '../options.ts';
import type { Terminal } from '../terminal.ts';

type JobOptions = CommonOptions & { readonly wait: boolean };

const LOOK_AGAIN_IN_SECONDS = 1;

const pause = async (seconds: number): Promise<void> => await sleep(seconds * 1000);

/**
 * Starts one execution of a deployed job, whatever else starts it. With --wait it is followed to its end, which the job's
 * own time limit sets; then its log is printed and its success is the command's.
 */
export async function jobRunCommand(terminal: Terminal, options: JobOptions, name: string): Promise<ExitCode> {
  refuseRemote(options, 'job run');
  const file = await loadConfig(options);
  const stores = await openLocalStores(options, file);
  const job = await knownJob(stores, name);
  const stack = openLocalStack(options, file, stores, () => undefined);
  try {
    const azure = await stack.services.azure(file.config);
    const execution = await startOnce(azure, job.id, pause);
    terminal.stderr.write(`Started ${execution}\n`);
    if (options.wait) return await follow(terminal, options, { stores, stack, azure, job, execution });
    if (options.output === 'json') {
      writeOutput(terminal, 'job_execution', { type: 'job_execution', job: job.name, execution });
    } else terminal.stdout.write(`${execution}\n`);
    return ExitCode.ok;
  } finally {
    await stack.close();
  }
}

async function knownJob({ state, environment }: LocalStores, name: string): Promise<DeployedJob> {
  const jobs = deployedJobs((await state.read()).value.resources);
  const found = jobs.find((job) => job.key === name) ?? jobs.find((job) => job.name === name);
  if (found) return found;
  const known =
    jobs.length === 0
      ? 'There are none.'
      : `There are: ${jobs
          .map(({ key }) => key)
          .sort()
          .join(', ')}`;
  throw new UserError(`No job ${name} was deployed to ${environment}.`, { code: 'job_unknown', hint: known });
}

interface Followed {
  readonly stores: LocalStores;
  readonly stack: LocalStack;
  readonly azure: Awaited<ReturnType<LocalStack['services']['azure']>>;
  readonly job: DeployedJob;
  readonly execution: string;
}

async function follow(
  terminal: Terminal,
  { output }: JobOptions,
  { stores, stack, azure, job, execution }: Followed,
): Promise<ExitCode> {
  terminal.console.doing(`waiting for the end of ${execution}`);
  let ended = await endOf(azure, job.id, execution);
  while (!ended) {
    await pause(LOOK_AGAIN_IN_SECONDS);
    ended = await endOf(azure, job.id, execution);
  }
  const { value: state } = await stores.state.read();
  const outputs = actualOutputs(state);
  const lines = await logOf({ azure, outputs, state }, job.id, execution);
  const log = lines.map((line) => stack.services.mask(line));
  const { status, exitCode } = ended;
  if (output === 'json') {
    const ended = { status, exitCode: exitCode ?? null, log };
    writeOutput(terminal, 'job_execution', { type: 'job_execution', job: job.name, execution, ...ended });
  } else terminal.stdout.write(log.map((line) => `${line}\n`).join(''));
  if (status === 'Succeeded') return ExitCode.ok;
  const code = exitCode === undefined ? '' : ` with exit code ${exitCode}`;
  throw new UserError(`The execution ${execution} of ${job.name} ended as ${status}${code}.`, { code: 'job_failed' });
}
