import { ExitCode } from '../../shared/errors.ts';
import type { Output } from '../json/outputs.ts';
import { writeOutput } from '../json/write-output.ts';
import { openStoresForReading } from '../local/local-stores.ts';
import { openDeployments } from '../open-deployments.ts';
import { type CommonOptions, refuseRemote } from '../options.ts';
import { requireConsent } from '../prompts.ts';
import type { Terminal } from '../terminal.ts';

type ConsentOptions = CommonOptions & { readonly autoApprove: boolean };

/** Prints the state document; of an app what it tells of it. */
export async function showState(terminal: Terminal, options: CommonOptions): Promise<ExitCode> {
  if (options.remote === undefined) {
    const { warnings } = await (await openStoresForReading(options)).state.read();
    for (const warning of warnings) terminal.stderr.write(`⚠ ${warning}\n`);
  }
  const document = await (await openDeployments(terminal, options)).document();
  if (options.output === 'json') writeOutput(terminal, 'state', document as Output<'state'>);
  else terminal.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  return ExitCode.ok;
}

/** Forgets what was deployed. A copy of the document, corrupt or not, is kept. */
export async function resetState(terminal: Terminal, options: ConsentOptions): Promise<ExitCode> {
  const deployments = await openDeployments(terminal, options);
  const question = `Forget everything the state ${deployments.location} knows? Resources on Azure stay as they are.`;
  await requireConsent(terminal, question, { ...options, action: 'Resetting the state' });
  const copy = await deployments.reset();
  if (options.output === 'json') writeOutput(terminal, 'state_reset', { type: 'state_reset', copy });
  else terminal.stdout.write(copy ? `The state was reset; a copy is ${copy}\n` : 'There was no state to reset.\n');
  return ExitCode.ok;
}

/** `--reset-state` without the word `deploy`: deploys nothing, and says so. */
export async function onlyResetState(terminal: Terminal, options: ConsentOptions): Promise<ExitCode> {
  const exitCode = await resetState(terminal, options);
  terminal.stderr.write('Nothing was deployed; to reset and deploy in one: draftgenie-deploy deploy --reset-state\n');
  return exitCode;
}

/** Lets go of what was left behind under that name: no plan, drift or status names it any more. */
export async function forgetLeftBehind(terminal: Terminal, options: CommonOptions, name: string): Promise<ExitCode> {
  await (await openDeployments(terminal, options)).forget(name);
  if (options.output === 'json') writeOutput(terminal, 'state_forgotten', { type: 'state_forgotten', name });
  else terminal.stdout.write(`${name} is let go; on Azure it stays as it is.\n`);
  return ExitCode.ok;
}

/** Breaks the lock of a run that is gone. Its fence is void from then on: should it still be alive, it writes nothing more. */
export async function unlockState(terminal: Terminal, options: ConsentOptions): Promise<ExitCode> {
  const deployments = await openDeployments(terminal, options);
  const lock = await deployments.lock();
  if (!lock) return tellUnlocked(terminal, options, null);
  const question = `Break the lock of run ${lock.runId} (${lock.holder}, since ${lock.acquiredAt})?`;
  await requireConsent(terminal, question, { ...options, action: 'Breaking the lock' });
  const broken = await deployments.breakLock(lock.runId);
  return tellUnlocked(terminal, options, broken?.runId ?? null);
}

function tellUnlocked(terminal: Terminal, { output }: ConsentOptions, runId: string | null): ExitCode {
  if (output === 'json') writeOutput(terminal, 'state_unlocked', { type: 'state_unlocked', runId });
  else terminal.stdout.write(runId === null ? 'The state is not locked.\n' : `The lock of run ${runId} is broken.\n`);
  return ExitCode.ok;
}

/** Rewrites an older document in the present format. */
export async function migrateState(terminal: Terminal, options: CommonOptions): Promise<ExitCode> {
  refuseRemote(options, 'state migrate');
  const { state } = await openStoresForReading(options);
  const { value, etag, warnings } = await state.read();
  for (const warning of warnings) terminal.stderr.write(`⚠ ${warning}\n`);
  const isOlder = etag !== null && warnings.length > 0;
  const copy = isOlder ? ((await state.backup('migrate')) ?? null) : null;
  if (isOlder) await state.write(value, etag);
  if (options.output === 'json') writeOutput(terminal, 'state_migrated', { type: 'state_migrated', copy });
  else
    terminal.stdout.write(
      isOlder ? `The state was migrated; the document as it was is ${copy}\n` : 'There is nothing to migrate.\n',
    );
  return ExitCode.ok;
}
