import { join } from 'node:path';
import { parseConfig } from '../../domain/config/parse.ts';
import { configurationFile } from '../../install/configuration-file.ts';
import type { ConfigFile } from '../../runs/deployments.ts';
import { ExitCode, UserError } from '../../shared/errors.ts';
import { writeAtomically } from '../../state/file/atomic.ts';
import { carryOut } from '../carry-out.ts';
import type { AskedInstallation, InstallCommandOptions } from '../install/asked.ts';
import { nextSteps } from '../install/next-steps.ts';
import { placeArchive } from '../install/own-archive.ts';
import { installOptionsOf, readKept } from '../install/told.ts';
import { explainConfig } from '../load-config.ts';
import { openWorkspace } from '../local/workspace.ts';
import { NO_RUN_OPTIONS, refuseRemote } from '../options.ts';
import type { Terminal } from '../terminal.ts';

/**
 * Installs the deployer on Azure, or brings it up to date: a deployment of a configuration that is made of what was told, now and before.
 *
 * @throws UserError `install_incomplete`, `install_edited`, `package_missing`, `github_subject_unknown`, and as deployments do
 */
export async function installCommand(terminal: Terminal, given: InstallCommandOptions): Promise<ExitCode> {
  const options = { ...NO_RUN_OPTIONS, ...given };
  refuseRemote(options, 'install');
  const { config: path, print, dryRun, environment } = options;
  const text = await wantedText(options);
  if (print) {
    terminal.stdout.write(text ?? '');
    return ExitCode.ok;
  }
  const source = join(openWorkspace(environment).environmentDirectory, 'package');
  await placeArchive(source, options.package);
  if (text !== undefined && !dryRun) await writeAtomically(path, text);
  const file = text === undefined ? (await explainConfig(options)).file : parsed(text, options);
  const work = { kind: 'deploy', config: file, source } as const;
  const code = await carryOut(terminal, options, { work, words: ['draftgenie-deploy', 'install'], file });
  if (code === ExitCode.ok && !dryRun) terminal.stdout.write(nextSteps(path, environment, file));
  return code;
}

/** The file as it should be; undefined: it is somebody's own by now, and is taken as it is. */
async function wantedText(options: InstallCommandOptions): Promise<string | undefined> {
  const { config: path, print } = options;
  const kept = await readKept(path);
  if (kept === undefined || kept.kind === 'kept')
    return configurationFile(await installOptionsOf(options, kept?.options));
  if (kept.kind === 'edited' && !print && !saysAnything(options)) return undefined;
  if (print) return configurationFile(await installOptionsOf(options, undefined));
  const why = kept.kind === 'edited' ? 'somebody has edited it' : 'it is none that install wrote';
  throw new UserError(`${path} is not written anew: ${why}.`, {
    code: 'install_edited',
    hint: 'Write into the file what you want, and run install without options; --print shows what it would be. Or name another one with --config FILE.',
  });
}

function saysAnything(asked: AskedInstallation): boolean {
  const { name, location, group, subscription, uploads, entraApp, github, subject } = asked;
  const said = [name, location, group, subscription, uploads, entraApp, github, subject].some(
    (one) => one !== undefined,
  );
  return said || [asked.deploysTo, asked.allow, Object.keys(asked.secret)].some((list) => list.length > 0);
}

function parsed(text: string, { config: path, environment }: InstallCommandOptions): ConfigFile {
  const result = parseConfig(text, { allowUnknownKeys: false, environment });
  if (!result.ok) throw new Error(`install made a configuration that is none: ${JSON.stringify(result.problems)}`);
  return { ...result.parsed, path, text, allowUnknownKeys: false, overlay: undefined, variables: {} };
}
