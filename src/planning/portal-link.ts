import type { Azure } from '../azure/ports.ts';
import { typeOf } from '../domain/ids.ts';
import { recordedOutput } from '../domain/outputs.ts';
import type { EnvironmentState } from '../domain/state.ts';
import { portalPageOf } from '../resources/registry.ts';

/** The page of a resource in the portal of its cloud, in the tenant to which it was deployed. */
export function portalLink(
  { cloud }: Pick<Azure, 'cloud'>,
  state: Pick<EnvironmentState, 'steps'>,
  id: string,
): string {
  const tenant = recordedOutput(state, 'tenantId') ?? '';
  return `${cloud.portal}/#@${tenant}/resource${portalPageOf(id, typeOf(id))}`;
}
