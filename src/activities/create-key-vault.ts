import { HMAC_KEY_NAME } from '../domain/config/secrets.ts';
import type { DesireInput } from '../domain/desired.ts';
import { converge, convergeAll } from '../engine/converge.ts';
import { leavingWhatOthersNeed } from '../engine/dependents.ts';
import { whenEffective } from '../engine/effective-grant.ts';
import { liveText } from '../engine/live-value.ts';
import { withLateFields } from '../engine/ownership/late-fields.ts';
import type { Step } from '../engine/step.ts';
import { deployingPrincipal } from '../preflight/deploying-principal.ts';
import { keyVault } from '../resources/key-vault.ts';
import { vaultGrants } from '../resources/role-assignment.ts';
import { recoverVault } from '../secrets/recover-vault.ts';

/** Step 5: the key vault; the applications may read its secrets, the deployer may write them. */
export const createKeyVault: Step = {
  name: 'create_key_vault',
  desire: (input: DesireInput) => [keyVault(input), ...vaultGrants(input)],
  facts: deployingPrincipal,
  foretells: async (sources, look) => {
    const desired = keyVault(sources);
    const live = await look(desired);
    return { vaultId: desired.id, ...(live && { vaultUri: liveText(live, 'properties.vaultUri') }) };
  },

  async run(context) {
    const desired = keyVault(context);

    // Observe: a deleted vault keeps its name, and its secrets.
    const recovering = await recoverVault(context, desired);
    if (recovering) return recovering;

    // Ensure, sync: the vault, then the roles on it, which a recovered vault has lost; one with access policies goes by roles then.
    const vault = await converge(context, desired);
    if (vault.kind === 'waiting') return vault;
    const grants = await convergeAll(context, vaultGrants(context));
    if (grants.kind === 'waiting') return grants;
    const late = await leavingWhatOthersNeed(context, withLateFields(desired), vault.live);
    const withRoles = await converge(context, late);
    if (withRoles.kind === 'waiting') return withRoles;

    // Check: the deployer may read, hence the role works.
    const vaultUri = liveText(vault.live, 'properties.vaultUri');
    const grant = { name: 'vault', on: `the role on ${desired.title}`, isMade: grants.changed.includes(true) };
    const reading = await whenEffective(context, grant, () => context.azure.vault(vaultUri).get(HMAC_KEY_NAME));
    if (reading.kind === 'waiting') return reading;
    return { kind: 'completed', outputs: { vaultId: desired.id, vaultUri } };
  },
};
