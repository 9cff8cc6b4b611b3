import type { ExitCode } from '../shared/errors.ts';
import type { CommonOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

export type Action<Options, Args extends readonly unknown[]> = (
  terminal: Terminal,
  options: Options,
  ...args: Args
) => Promise<ExitCode>;

/** What is known of a command before its code is loaded. */
export interface About<Options> {
  /** What it does, as it is told to people who wait for its first line; see `Console.doing`. */
  readonly doing: string | ((options: Options) => string);
  /** It changes nothing, so that it ends when nobody reads what it prints. */
  readonly onlyLooks?: (options: Options) => boolean;
  /** What the command is about, where that is not as it was asked for. */
  readonly find?: (options: Options, terminal: Terminal) => Promise<Options>;
}

/** Loads a command's code only when it is called, so that a cold start reads little. */
export type Lazily = <Options extends object, Args extends readonly unknown[]>(
  about: About<Options>,
  load: (options: Options) => Promise<Action<Options, Args>>,
) => (...parameters: unknown[]) => Promise<void>;

export const always = (): boolean => true;

/** As the original script did it; who names the command wants the deployment, too. */
export function onlyResets(
  { resetState, dryRun }: { readonly resetState: boolean; readonly dryRun: boolean },
  [command]: readonly string[],
): boolean {
  return resetState && !dryRun && command !== 'deploy';
}

export const isDry = ({ dryRun }: { readonly dryRun: boolean }): boolean => dryRun;

/** Others are about no configuration. */
export function isCommon(options: object): options is CommonOptions {
  return 'config' in options && 'environment' in options;
}

export function planning(options: CommonOptions): string {
  return `reading the configuration and planning ${placeOf(options)}`;
}

/** Where the cloud is that a command is about. */
export function placeOf({ remote, simulate }: CommonOptions): string {
  if (remote !== undefined) return 'by the app';
  return simulate ? 'on the simulator' : 'on Azure';
}
