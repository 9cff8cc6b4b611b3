import { spawn } from 'node:child_process';
import type { ParsedConfig } from '../../domain/config/model.ts';
import { tellExpiry } from '../../runs/expiry/reap-expired.ts';
import { ExitCode, UserError } from '../../shared/errors.ts';
import type { Output } from '../json/outputs.ts';
import { writeOutput } from '../json/write-output.ts';
import { loadConfig } from '../load-config.ts';
import { findEnvironments, findLocalStores } from '../local/find-stores.ts';
import { type CommonOptions, refuseRemote } from '../options.ts';
import type { Terminal } from '../terminal.ts';

/**
 * Looks once at every environment whose state this machine can reach, as a served app does every five minutes: tells of ends that
 * come near, and deletes what has expired and was told of. One without an end is never touched.
 */
export async function reapCommand(terminal: Terminal, options: CommonOptions): Promise<ExitCode> {
  refuseRemote(options, 'reap');
  const parsed = await loadConfig(options);
  let failed = false;
  for (const environment of await findEnvironments(parsed)) {
    const done = await reapOne(terminal, options, { environment, parsed });
    failed ||= done === 'failed';
    if (options.output === 'json') writeOutput(terminal, 'reaped', { type: 'reaped', environment, outcome: done });
  }
  return failed ? ExitCode.failed : ExitCode.ok;
}

/** What stands in the way of one environment is no matter of the others. */
async function reapOne(
  terminal: Terminal,
  options: CommonOptions,
  { environment, parsed }: { readonly environment: string; readonly parsed: ParsedConfig },
): Promise<Output<'reaped'>['outcome']> {
  const logger = { log: (_: unknown, message: string) => void terminal.stderr.write(`⚠ ${message}\n`) };
  try {
    const { stores } = await findLocalStores({ environment }, parsed);
    const told = await tellExpiry({ logger }, stores);
    if (told !== 'due') return told;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    terminal.stderr.write(`✗ ${environment}: ${error.message} (${error.shownCode})\n`);
    return 'failed';
  }
  // It writes on the same screen, and tells by itself what it waits for.
  const hold = terminal.console.hold();
  const exitCode = await destroyExpired(environment, options).finally(() => hold.release());
  return exitCode === ExitCode.ok ? 'deleted' : exitCode === ExitCode.locked ? 'waits' : 'failed';
}

/** In a process of its own: one drives the runs of one environment. */
async function destroyExpired(environment: string, options: CommonOptions): Promise<number> {
  const [, program = ''] = process.argv;
  const args = ['destroy', '--expired', '--environment', environment, ...sharedArguments(options)];
  const child = spawn(process.execPath, [...process.execArgv, program, ...args], { stdio: 'inherit' });
  // Ctrl+C reaches it as it does this process, which waits for its end.
  const leave = (): void => undefined;
  process.on('SIGINT', leave);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? ExitCode.failed));
    });
  } finally {
    process.off('SIGINT', leave);
  }
}

function sharedArguments(options: CommonOptions): readonly string[] {
  const { config, allowUnknownKeys, simulate, simulatorProfile, simulatorSpeed, output, verbose } = options;
  return [
    ...['--config', config],
    ...(allowUnknownKeys ? ['--allow-unknown-keys'] : []),
    ...Object.entries(options.var).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
    ...(simulate
      ? ['--simulate', '--simulator-profile', simulatorProfile, '--simulator-speed', String(simulatorSpeed)]
      : []),
    ...(output === undefined ? [] : ['--output', output]),
    ...(verbose ? ['--verbose'] : []),
  ];
}
