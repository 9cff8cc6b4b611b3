import { join } from 'node:path';
import { configError, parseConfig } from '../../domain/config/parse.ts';
import { genericResourceOf } from '../../domain/generic/generic-place.ts';
import { stepLeaving } from '../../domain/outputs.ts';
import { coded } from '../../domain/warnings/warning-codes.ts';
import { configurationFile } from '../../install/configuration-file.ts';
import { type InstallOptions, usesScheduler } from '../../install/options.ts';
import { backendOf } from '../../install/scheduler.ts';
import type { ConfigFile } from '../../runs/deployments.ts';
import { ExitCode, UserError } from '../../shared/errors.ts';
import { writeAtomically } from '../../state/file/atomic.ts';
import { carryOutOn } from '../carry-out.ts';
import { writeOutput } from '../json/write-output.ts';
import { explainConfig } from '../load-config.ts';
import { openWorkspace } from '../local/workspace.ts';
import { NO_RUN_OPTIONS } from '../no-run-options.ts';
import { openDeployments } from '../open-deployments.ts';
import { refuseRemote } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import type { AskedInstallation, InstallCommandOptions } from './asked.ts';
import { removeLeftOver } from './left-over.ts';
import { nextSteps, stepsOnGithub } from './next-steps.ts';
import { placeArchive } from './own-archive.ts';
import { installOptionsOf, readKept } from './told.ts';

/**
 * Installs the deployer on Azure, or brings it up to date: a deployment of a configuration that is made of what was told, now and before.
 *
 * @throws UserError `install_incomplete`, `install_edited`, `package_missing`, `github_subject_unknown`, and as deployments do
 */
export async function installCommand(terminal: Terminal, given: InstallCommandOptions): Promise<ExitCode> {
  // Whoever runs it again wants the app as it was installed, whatever somebody changed since.
  const forceStep = [...NO_RUN_OPTIONS.forceStep, ...(given.rotateCiKey ? [stepLeaving('secret')] : [])];
  const options = { ...NO_RUN_OPTIONS, ...given, refresh: true, forceStep };
  refuseRemote(options, 'install');
  const { config: path, print, dryRun, environment } = options;
  const { told, before } = await toldOptions(options);
  const text = told && configurationFile(told);
  if (print) {
    tellText(terminal, options, text ?? '');
    return ExitCode.ok;
  }
  const source = join(openWorkspace(environment).environmentDirectory, 'package');
  const read = text === undefined ? (await explainConfig(options)).file : parsed(text, options);
  const file = { ...read, warnings: [...read.warnings, ...staysBehind(before, told)] };
  if (options.rotateCiKey) requireCiKey(file);
  await placeArchive(source, options.package, backendOf(file.config));
  if (text !== undefined && !dryRun) await writeAtomically(path, text);
  const code = await carryOutAll(terminal, options, { file, source, isOurs: told !== undefined });
  if (code !== ExitCode.ok || dryRun || options.output === 'json') return code;
  const { name } = genericResourceOf(file.config, 'app');
  const { resourceGroup } = file.config.azure;
  terminal.stdout.write(nextSteps(path, environment, { name, resourceGroup }));
  if (told?.github && given.github !== undefined) terminal.stdout.write(stepsOnGithub(told));
  return ExitCode.ok;
}

/** The deployment, and then the end of what it has left over. */
async function carryOutAll(
  terminal: Terminal,
  options: InstallCommandOptions,
  { file, source, isOurs }: { readonly file: ConfigFile; readonly source: string; readonly isOurs: boolean },
): Promise<ExitCode> {
  const deployments = await openDeployments(terminal, options, file);
  try {
    const work = { kind: 'deploy', config: file, source } as const;
    const code = await carryOutOn(deployments, terminal, options, { work, words: wordsOf(options), file });
    // Whoever edits the file decides what becomes of what it no longer names.
    if (code !== ExitCode.ok || options.dryRun || !isOurs) return code;
    return await removeLeftOver(deployments, terminal, options, file);
  } finally {
    await deployments.close();
  }
}

function tellText(terminal: Terminal, { config: file, output }: InstallCommandOptions, text: string): void {
  const made = { file, written: false, text, leftovers: [], problems: [] };
  if (output === 'json') writeOutput(terminal, 'configuration', { type: 'configuration', ...made });
  else terminal.stdout.write(text);
}

interface Told {
  /** What the file is to say; undefined: it is somebody's own by now, and is taken as it is. */
  readonly told: InstallOptions | undefined;
  /** What it has said so far. */
  readonly before?: InstallOptions | undefined;
}

async function toldOptions(options: InstallCommandOptions): Promise<Told> {
  const { config: path, print } = options;
  const kept = await readKept(path);
  if (kept === undefined || kept.kind === 'kept') {
    const before = kept?.options;
    return { told: await installOptionsOf(options, before), before };
  }
  if (kept.kind === 'edited' && !print && !saysAnything(options)) return { told: undefined };
  if (print) return { told: await installOptionsOf(options, undefined) };
  throw notWritten(path, kept.kind);
}

function wordsOf({ rotateCiKey }: InstallCommandOptions): readonly string[] {
  return ['draftgenie-deploy', 'install', ...(rotateCiKey ? ['--rotate-ci-key'] : [])];
}

function requireCiKey({ config }: ConfigFile): void {
  if (genericResourceOf(config, 'app').secrets?.ci?.make) return;
  throw new UserError('There is no key of workflows that could be made anew.', {
    code: 'install_incomplete',
    hint: 'Let a repository in first, with --github OWNER/REPO.',
  });
}

/** Told with the plan. */
function staysBehind(before: InstallOptions | undefined, told: InstallOptions | undefined): ConfigFile['warnings'] {
  if (!before || !told || usesScheduler(before) === usesScheduler(told)) return [];
  const message =
    'what keeps the orchestrations changes once none is under way; histories of those that have ended stay behind, states and runs are as they were';
  return [{ path: '--backend', message: coded('histories_left', message) }];
}

function notWritten(path: string, kind: 'edited' | 'foreign'): UserError {
  const [why, hint] =
    kind === 'edited'
      ? ['somebody has edited it', 'Write into it what you want, and run install without options']
      : ['install did not write it', 'Name another file with --config FILE'];
  return new UserError(`${path} is not written anew: ${why}.`, {
    code: 'install_edited',
    hint: `${hint}; --print shows what install would write.`,
  });
}

function saysAnything(asked: AskedInstallation): boolean {
  const { name, location, group, subscription, uploads, entraApp, backend, github, subject } = asked;
  const said = [name, location, group, subscription, uploads, entraApp, backend, github, subject].some(
    (one) => one !== undefined,
  );
  return said || [asked.deploysTo, asked.allow, Object.keys(asked.secret)].some((list) => list.length > 0);
}

function parsed(text: string, { config: path, environment }: InstallCommandOptions): ConfigFile {
  const result = parseConfig(text, { allowUnknownKeys: false, environment });
  if (!result.ok) throw configError(path, result.problems);
  return { ...result.parsed, path, text, allowUnknownKeys: false, overlay: undefined, variables: {} };
}
