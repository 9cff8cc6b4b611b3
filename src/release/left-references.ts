import type { Azure } from '../azure/ports.ts';
import type { DesiredResource } from '../domain/desired.ts';
import { nameOf } from '../domain/ids.ts';
import { type LeftSecret, leftSecrets } from '../resources/app/secrets.ts';
import { CONTAINER_APP } from '../resources/container-app.ts';
import type { JsonObject } from '../shared/json.ts';

/** The references to our vault that a live app or job has and the configuration does not, with who reads them. */
export async function leftReferences(
  { apps }: Pick<Azure, 'apps'>,
  input: { readonly desired: DesiredResource; readonly live: JsonObject; readonly vaultUri: string },
): Promise<readonly LeftSecret[]> {
  const { id, kind } = input.desired;
  const found = leftSecrets({ ...input, templates: [] });
  if (found.length === 0 || kind.type !== CONTAINER_APP.type) return found;
  const [, , subscription = '', , group = ''] = id.split('/');
  return leftSecrets({ ...input, templates: await apps.revisions(subscription, group, nameOf(id)) });
}

/** What becomes of them: what is read stays, the rest goes with the next write. */
export function keptAndDropped(found: readonly LeftSecret[]): {
  readonly kept: JsonObject[];
  readonly dropped: string[];
} {
  return {
    kept: found.filter(({ readBy }) => readBy.length > 0).map(({ reference }) => reference),
    dropped: found.filter(({ readBy }) => readBy.length === 0).map(({ name }) => name),
  };
}
