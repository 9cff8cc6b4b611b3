import type { ArmResource, Azure } from '../../azure/ports.ts';

/**
 * The same connection for looking at apps that were listed: their bodies are those of the list, the revisions of each are asked for
 * once, and no secret is read, which names of variables do not need.
 */
export function knownReads(azure: Azure, listed: readonly ArmResource[]): Azure {
  const bodies = new Map(listed.map((one) => [one.id.toLowerCase(), one]));
  const revisions = new Map<string, ReturnType<Azure['apps']['revisions']>>();
  return {
    ...azure,
    arm: {
      ...azure.arm,
      get: async (path, apiVersion) => bodies.get(path.toLowerCase()) ?? (await azure.arm.get(path, apiVersion)),
    },
    apps: {
      ...azure.apps,
      revisions(subscriptionId, group, app) {
        const key = `${subscriptionId}/${group}/${app}`.toLowerCase();
        const known = revisions.get(key) ?? azure.apps.revisions(subscriptionId, group, app);
        revisions.set(key, known);
        return known;
      },
    },
    vault: (vaultUri) => ({ ...azure.vault(vaultUri), get: async () => undefined }),
  };
}
