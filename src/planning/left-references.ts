import type { Azure } from '../azure/ports.ts';
import { keptAndDropped, leftReferences } from '../release/left-references.ts';
import { withLeftSecrets } from '../resources/app/secrets.ts';
import { CONTAINER_APP } from '../resources/container-app.ts';
import { JOB } from '../resources/job.ts';
import { mapLimited } from '../shared/map-limited.ts';
import type { WantedResource } from './forecast.ts';
import { type LiveResources, READS_AT_A_TIME } from './live-resources.ts';

const WITH_SECRETS: readonly string[] = [CONTAINER_APP.type, JOB.type];

/** The wanted resources as they will be written: with the references to secrets that a write keeps, and those that it takes away. */
export async function withLeftReferences(
  { azure, vaultUri }: { readonly azure: Pick<Azure, 'apps'>; readonly vaultUri: string | undefined },
  wanted: readonly WantedResource[],
  live: LiveResources,
): Promise<readonly WantedResource[]> {
  if (vaultUri === undefined) return wanted;
  return await mapLimited(wanted, READS_AT_A_TIME, async (one) => {
    const { resource, variants } = one;
    const body = live.get(resource.id.toLowerCase());
    if (body === undefined || body === 'unreadable' || !WITH_SECRETS.includes(resource.kind.type)) return one;
    const left = keptAndDropped(await leftReferences(azure, { desired: resource, live: body, vaultUri }));
    return {
      ...one,
      resource: withLeftSecrets(resource, left),
      variants: new Map([...variants].map(([step, variant]) => [step, withLeftSecrets(variant, left)] as const)),
    };
  });
}
