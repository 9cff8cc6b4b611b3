import { UserError } from '../../shared/errors.ts';
import { hashJson } from '../../shared/json.ts';
import type { DeploymentConfig, ServiceConfig } from '../config/model.ts';
import { leaves } from '../config/paths.ts';
import { userKey } from '../config/user-key.ts';
import type { PlannedResource } from '../plan-schema.ts';
import type { EnvironmentState } from '../state.ts';
import { type CodedWarning, coded } from '../warnings/warning-codes.ts';

/** What a rollback brings back of a configuration, besides the images: services, all of them, and jobs. */
type Release = Pick<DeploymentConfig, 'services' | 'jobs'>;

export function withReleaseOf({ jobs: _, ...now }: DeploymentConfig, then: DeploymentConfig): DeploymentConfig {
  const { jobs } = then;
  return {
    ...now,
    services: withNamesOf(now.services, then.services),
    ...(jobs && { jobs }),
    ...writtenWithReleaseOf(now, then),
  };
}

/** Names of a user's own are of no release: they stay with the app, whichever serves. */
function withNamesOf(
  now: DeploymentConfig['services'],
  then: DeploymentConfig['services'],
): DeploymentConfig['services'] {
  const names = new Map([...now.application, ...now.infrastructure].map(({ key, domains }) => [key, domains]));
  const named = ({ domains: _, ...service }: ServiceConfig): ServiceConfig => {
    // None are for what nobody on the internet reached then.
    const domains = service.ingress === 'external' && service.transport !== 'tcp' ? names.get(service.key) : undefined;
    return { ...service, ...(domains && { domains }) };
  };
  return { application: then.application.map(named), infrastructure: then.infrastructure.map(named) };
}

/** Whether a rollback from the one to the other would change anything besides images. */
export function isSameRelease(one: Release, other: Release): boolean {
  const content = ({ services, jobs = [] }: Release): string =>
    hashJson({ services: withNamesOf({ application: [], infrastructure: [] }, services), jobs });
  return content(one) === content(other);
}

/** Of no part of what is deployed: what the file says of itself, and of a run. */
const NOTHING_DEPLOYED: readonly string[] = ['written', 'unasked', 'services', 'jobs', 'deployment', 'advanced'];

/**
 * What was otherwise then and stays as it is now, by the keys of the file.
 *
 * @param config what is deployed by the rollback
 */
export function leftAlone(config: DeploymentConfig, then: DeploymentConfig): readonly string[] {
  const sections = [...new Set([...Object.keys(config), ...Object.keys(then)])];
  const values = sections
    .filter((section) => !NOTHING_DEPLOYED.includes(section))
    .map((section) => [new Map(leaves(config, section)), new Map(leaves(then, section))] as const);
  const changed = values.flatMap(([now, before]) =>
    [...new Set([...now.keys(), ...before.keys()])].filter(
      (path) => hashJson(now.get(path) ?? null) !== hashJson(before.get(path) ?? null),
    ),
  );
  return [...new Set(changed.map((path) => userKey(path) ?? path))].sort();
}

/**
 * What a plan says of services that hold data and are replaced on the way back.
 *
 * @param state what is deployed now
 */
export function replacedData(resources: readonly PlannedResource[], state: EnvironmentState): readonly CodedWarning[] {
  return resources.flatMap(({ key, action, changes = [] }) => {
    const isReplaced = action === 'update' && changes.some(({ path }) => path.startsWith('properties.template'));
    if (!isReplaced || !state.resources[key]?.holds_data) return [];
    return [
      coded(
        'data_replaced',
        `${key} holds data and is replaced: what lies in its container is gone, and an older version may not read what a newer one wrote.`,
      ),
    ];
  });
}

export function nothingToRollBack(reason: string): UserError {
  return new UserError(`There is nothing to go back to. ${reason}`, { code: 'nothing_to_roll_back' });
}

/** What is written of a configuration that has the services and the jobs of another one. */
function writtenWithReleaseOf(config: DeploymentConfig, other: DeploymentConfig): Pick<DeploymentConfig, 'written'> {
  if (config.written === undefined) return {};
  const isOfRelease = (written: string): boolean =>
    /^(?:services|jobs)\./.test(written) && !/^services\..+\.domains$/.test(written);
  const kept = config.written.filter((key) => !isOfRelease(key));
  const taken = (other.written ?? []).filter(isOfRelease);
  return { written: [...new Set([...kept, ...taken])].sort() };
}
