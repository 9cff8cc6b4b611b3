import { secretEntries } from '../normalize.ts';
import type { RawConfig } from '../schema.ts';
import { secretSetting } from '../secrets.ts';
import { contradictingBuilds } from './builds.ts';
import { keysWithoutIngress } from './ingress.ts';
import { registryAccess } from './registries.ts';
import { problem, type RuleProblem } from './rule.ts';
import { terraformSources } from './terraform.ts';

type RawRule = (raw: RawConfig) => readonly RuleProblem[];

/** What the normalized configuration does not show any more. */
export const RAW_RULES: readonly RawRule[] = [
  saveState,
  secretCollisions,
  keysWithoutIngress,
  contradictingBuilds,
  registryAccess,
  terraformSources,
];

function saveState({ advanced }: RawConfig): readonly RuleProblem[] {
  if (advanced?.save_state !== false) return [];
  const message = 'false is not supported: the state is what makes a second run safe. Remove the key, or set true';
  return [problem('advanced.save_state', message)];
}

/** Names of the vault have no underscores and no case: https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates */
function secretCollisions(raw: RawConfig): readonly RuleProblem[] {
  const seen = new Map<string, string>();
  return secretEntries(raw).flatMap((entry) => {
    // What is empty is no other secret.
    if ((secretSetting(entry)?.source ?? 'generated') === 'generated') return [];
    const { name, place } = entry;
    const other = seen.get(name);
    if (other === undefined) {
      seen.set(name, place.join('.'));
      return [];
    }
    return [problem(place, `becomes the secret ${name} of the vault, and so does ${other}; keep one of them`)];
  });
}
