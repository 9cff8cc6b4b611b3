import type { DeploymentConfig } from '../config/model.ts';
import { preservedPaths } from '../config/preserve.ts';
import { isWritten } from '../config/provenance.ts';
import { type DesiredResource, invariantsOf, openArrays } from '../desired.ts';
import type { FieldRules } from './decide-fields.ts';

/** Whose each field of a resource is, by its kind, its own settings and what stands in the configuration file. */
export function fieldRules(
  desired: Pick<
    DesiredResource,
    'kind' | 'key' | 'settings' | 'invariants' | 'lists' | 'openArrays' | 'dropped' | 'secured' | 'contested' | 'needed'
  >,
  config: Pick<DeploymentConfig, 'written' | 'preserve'>,
): FieldRules {
  const { settings, defaults, immutable, createOnly, onlyGrows = [], nestedMembers = [] } = desired.kind;
  return {
    settings: { ...settings, ...desired.settings },
    ...{ defaults, immutable, createOnly, onlyGrows, nestedMembers },
    invariants: invariantsOf(desired),
    openArrays: openArrays(desired),
    ...(desired.kind.caseless && { caseless: desired.kind.caseless }),
    ...(desired.lists && { lists: desired.lists }),
    ...(desired.contested && { contested: desired.contested }),
    ...(desired.needed && { needed: desired.needed }),
    ...(desired.dropped && { dropped: desired.dropped }),
    ...(desired.kind.isAsSafe && { isAsSafe: desired.kind.isAsSafe }),
    ...(desired.kind.wholeMembers && { wholeMembers: desired.kind.wholeMembers }),
    ...(desired.kind.wholeArrays && { wholeArrays: desired.kind.wholeArrays }),
    ...(desired.kind.sequences && { sequences: desired.kind.sequences }),
    ...(desired.kind.writeOnly && { writeOnly: desired.kind.writeOnly }),
    ...(desired.kind.withdrawn && { withdrawn: desired.kind.withdrawn }),
    ...(desired.secured && { secured: desired.secured }),
    isWritten: (key) => isWritten(config, key),
    preserved: preservedPaths(config, desired.key).map(withoutMembers),
  };
}

/** Fields are preserved by kinds of members: the columns of a kind know no others. */
function withoutMembers(path: string): string {
  return path.replaceAll(/\[[^\]]*\]/g, '');
}
