import type { BuildSettings } from '../model-choices.ts';
import type { RawBuild } from '../schema/build-schema.ts';
import { vaultName } from '../secrets.ts';
import { given } from './given.ts';

const DOCKERFILE = 'Dockerfile';

/** What `build` of a service says; `settings` only where it says more than the name of a Dockerfile. */
export function normalizeBuild(
  raw: RawBuild | null | undefined,
): { readonly dockerfile: string; readonly settings?: BuildSettings } | undefined {
  if (raw === null || raw === undefined || raw === '') return undefined;
  if (typeof raw === 'string') return { dockerfile: DOCKERFILE, settings: { context: raw } };
  const context = given(raw.context);
  const target = given(raw.target);
  const args = Object.entries(raw.args ?? {}).filter(([, value]) => value !== null);
  const secrets = Object.entries(raw.secrets ?? {});
  const settings: BuildSettings = {
    ...(context !== undefined && { context }),
    ...(target !== undefined && { target }),
    ...(args.length > 0 && { args: Object.fromEntries(args.map(([name, value]) => [name, String(value)])) }),
    ...(secrets.length > 0 && { secrets: Object.fromEntries(secrets.map(([id, key]) => [id, vaultName(key)])) }),
    ...(raw.builder && { builder: raw.builder }),
  };
  return { dockerfile: given(raw.dockerfile) ?? DOCKERFILE, ...(Object.keys(settings).length > 0 && { settings }) };
}
