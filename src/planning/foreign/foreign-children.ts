import { AzureError } from '../../azure/errors.ts';
import type { Arm, ArmResource } from '../../azure/ports.ts';
import type { DeploymentConfig } from '../../domain/config/model.ts';
import { isPreservedChild } from '../../domain/config/preserve.ts';
import type { StepResource } from '../../domain/desired.ts';
import { type Drift, driftOf } from '../../domain/drift.ts';
import { nameOf } from '../../domain/ids.ts';
import { trafficStep } from '../../domain/steps.ts';
import { settleAll } from '../../engine/settle.ts';
import type { ResourceKind } from '../../resources/kind.ts';
import { RESOURCE_KINDS } from '../../resources/registry.ts';

/** What somebody else made in a resource of ours. */
export interface ForeignChild {
  readonly parent: StepResource;
  readonly id: string;
  readonly type: string;
  /** As drift, plans and `preserve` call it, below its parent: `firewallRules[AllowAll]`. */
  readonly path: string;
  /** For people: what it is or has, and its danger. */
  readonly text: string;
  /** `told`: does no harm, and stays. `preserved`: a danger that the configuration keeps. `goes`: a danger. */
  readonly fate: 'told' | 'preserved' | 'goes';
}

export interface ForeignChildrenInput {
  readonly arm: Pick<Arm, 'list'>;
  readonly config: Pick<DeploymentConfig, 'preserve'>;
  /** Ids in lower case. */
  readonly ours: ReadonlySet<string>;
}

/** Of the kinds that say what one is. @throws AzureError when they may not be read */
export async function foreignChildren(
  input: ForeignChildrenInput,
  parent: StepResource,
  kinds: readonly ResourceKind[] = childKinds(parent),
): Promise<readonly ForeignChild[]> {
  const found = await settleAll(
    kinds.map(async (kind) => {
      const live = await childrenOf(input.arm, parent, kind);
      return live.flatMap((one) => foreignChild(input, parent, kind, one) ?? []);
    }),
  );
  return found.flat();
}

/** What stands between may not be there, as a premium storage account has files and no blobs. */
async function childrenOf(
  arm: Pick<Arm, 'list'>,
  parent: StepResource,
  kind: ResourceKind,
): Promise<readonly ArmResource[]> {
  try {
    return await arm.list(`${parent.id}/${within(kind)}${nameOf(kind.type)}`, kind.apiVersion);
  } catch (error) {
    const isAbsent = error instanceof AzureError && (error.statusCode === 404 || error.code === NO_SUCH_SERVICE);
    if (kind.within !== undefined && isAbsent) return [];
    throw error;
  }
}

/** https://github.com/Azure/azure-cli/issues/32510 */
const NO_SUCH_SERVICE = 'FeatureNotSupportedForAccount';

function foreignChild(
  { ours, config }: ForeignChildrenInput,
  parent: StepResource,
  kind: ResourceKind,
  live: ArmResource,
): ForeignChild | undefined {
  const { id } = live;
  const foreign = ours.has(id.toLowerCase()) ? undefined : kind.foreign?.(live);
  if (!foreign) return undefined;
  const path = `${nameOf(kind.type)}[${nameOf(id)}]`;
  const child = { parent, id, type: kind.type, path };
  const danger = kind.danger?.(live);
  if (danger === undefined) return { ...child, text: foreign.text, fate: 'told' };
  const fate = isPreservedChild(config, parent.key, path) ? 'preserved' : 'goes';
  return { ...child, text: `${foreign.text}, which ${danger}`, fate };
}

/** The kinds of which somebody else may have made one in it. */
export function childKinds({ kind: { type } }: StepResource): readonly ResourceKind[] {
  const kinds: readonly ResourceKind[] = RESOURCE_KINDS;
  return kinds.filter((kind) => kind.foreign && kind.type === `${type}/${typesWithin(kind)}${nameOf(kind.type)}`);
}

/** `blobServices/default/` of containers, `blobServices/` in their type. */
function within({ within: path }: ResourceKind): string {
  return path === undefined ? '' : `${path}/`;
}

function typesWithin(kind: ResourceKind): string {
  const parts = within(kind)
    .split('/')
    .filter((_, index) => index % 2 === 0);
  return parts.map((part) => (part === '' ? '' : `${part}/`)).join('');
}

/** A repair leaves what does no harm, and what is to be kept. */
export function foreignDrift({ parent, id, path, text, fate }: ForeignChild): Drift {
  const found = fate === 'preserved' ? `${text}; preserved` : text;
  const step = fate === 'goes' ? trafficStep().name : parent.step;
  return driftOf({ key: parent.key, id, step }, { path, expected: null, found }, fate === 'goes');
}
