import type { DeployOptions } from './options.ts';
import { shellWords } from './shell-words.ts';

/** The exact command that goes on with a run; the key of an app is not part of it. */
export function resumeCommand(options: DeployOptions, words: readonly string[]): string {
  const all = [...words, '--config', options.config];
  if (options.allowUnknownKeys) all.push('--allow-unknown-keys');
  if (words.length === 1) all.push('--resume');
  if (options.remote !== undefined) all.push('--remote', options.remote);
  if (options.environment !== 'default') all.push('--environment', options.environment);
  if (options.from !== undefined) all.push('--from', options.from);
  if (options.expires !== undefined) all.push('--expires', options.expires);
  for (const [name, value] of Object.entries(options.var)) all.push('--var', `${name}=${value}`);
  if (options.simulate) all.push('--simulate');
  if (options.source) all.push('--source', options.source);
  if (options.autoApprove) all.push('--auto-approve');
  // Of a command of its own kind it is what that does anyhow, or what its own words say.
  const asked = words.length === 1 ? options : { ...options, refresh: false, forceStep: [] };
  return shellWords([...all, ...askedWords(asked)]);
}

/** What was asked of the run besides: without it another run would take its place, that is asked for less. */
function askedWords({
  forceStep,
  forceAll,
  refresh,
  adopt,
  acceptCost,
  allowReplace,
}: DeployOptions): readonly string[] {
  return [
    ...forceStep.flatMap((step) => ['--force-step', step]),
    ...(forceAll ? ['--force-all'] : []),
    ...(refresh ? ['--refresh'] : []),
    ...(adopt ? ['--adopt'] : []),
    ...(acceptCost ? ['--accept-cost'] : []),
    ...allowReplace.flatMap((key) => ['--allow-replace', key]),
  ];
}

/** The command that shows what a run does that goes on elsewhere. */
export function followCommand(runId: string): string {
  return shellWords(['draftgenie-deploy', 'logs', '--follow', runId]);
}
