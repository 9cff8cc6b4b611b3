import { InvalidConfig } from '../domain/config/invalid-config.ts';
import type { ParsedConfig } from '../domain/config/model.ts';
import { configError } from '../domain/config/parse.ts';
import { openNeeds } from '../domain/sections/kept-sections.ts';
import { emptyState } from '../domain/state.ts';
import type { EnvironmentStores } from '../state/ports.ts';

/**
 * Refuses a configuration that needs what it does not ask for, unless the environment has that already.
 *
 * @param path of the configuration's file; absent: whoever tells of the problems names each with its place
 * @throws InvalidConfig with every problem and its place
 */
export async function requireSections(
  { state }: Pick<EnvironmentStores, 'state'>,
  parsed: Pick<ParsedConfig, 'config' | 'needs'>,
  { resetsState, path }: { readonly resetsState: boolean; readonly path?: string },
): Promise<void> {
  if (parsed.needs.length === 0) return;
  const problems = openNeeds(parsed, resetsState ? emptyState('') : (await state.read()).value);
  if (problems.length === 0) return;
  throw path === undefined ? new InvalidConfig(problems) : configError(path, problems);
}
