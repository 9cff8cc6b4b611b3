import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EnvironmentState } from '../../src/domain/state.ts';
import type { JsonObject } from '../../src/shared/json.ts';
import { filled } from '../../src/simulator/arm/defaults.ts';
import type { LoggedRequest } from '../../src/simulator/request-log.ts';
import type { CloudState, StoredResource } from '../../src/simulator/store.ts';
import { RESOURCE_TYPES } from '../../src/simulator/types/index.ts';
import { storedCloud } from '../helpers/cloud/stored-cloud.ts';
import { leaves, ndjson, normal } from './normal.ts';

/**
 * What a deployment with the simulator leaves behind, as sorted lines without what a cloud or a run makes up: two of the same
 * deployment have the same lines.
 */
export async function outcomeOf(simulator: string, state: EnvironmentState): Promise<readonly string[]> {
  const cloud = storedCloud(join(simulator, 'cloud.json'));
  return outcomeLines(cloud, ndjson<LoggedRequest>(await readFile(join(simulator, 'requests.ndjson'), 'utf8')), state);
}

/** The same of a cloud and of requests that are at hand. */
export function outcomeLines(
  cloud: CloudState,
  requests: readonly LoggedRequest[],
  state: EnvironmentState,
): readonly string[] {
  const secrets = Object.values(cloud.secrets).flatMap((vault) => Object.values(vault));
  const known = new Map<string, string>();
  for (const { name, versions } of secrets) {
    const newest = versions.at(-1);
    if (newest?.value !== undefined) known.set(newest.value, `<value of ${name}>`);
    if (newest) known.set(newest.version, '<newest version>');
  }
  const lines = [...effectsOf(requests), ...contentOf(cloud), ...stateOf(state)];
  const isLong = (value: string): boolean => value.length >= 16;
  const replaced = lines.map((line) =>
    [...known].reduce((text, [value, name]) => (isLong(value) ? text.replaceAll(value, name) : text), line),
  );
  return replaced.map(normal).sort();
}

/** What must happen once, whatever happened on the way: resources created, builds and jobs started, secrets written. */
function effectsOf(requests: readonly LoggedRequest[]): readonly string[] {
  const accepted = requests.filter(({ status }) => status > 0 && status < 300);
  const kindOf = ({ method, host, status, path }: LoggedRequest): string | undefined => {
    if (method === 'DELETE') return 'deleted';
    if (/\/(scheduleRun|start)$/.test(path)) return 'started';
    if (method === 'PUT' && host.endsWith('.vault.azure.net')) return 'secret written';
    if (method === 'PUT' && status === 201 && host === 'management.azure.com') return 'created';
    return undefined;
  };
  return accepted.flatMap((request) => {
    const kind = kindOf(request);
    return kind === undefined ? [] : [`${kind}: ${request.path.toLowerCase()}`];
  });
}

/** Values that the simulated Azure makes up; `keys` are those of Redis. */
const MADE_UP =
  /\.(createdAt|updatedAt|begunAt|startedAt|endsAt|provisionedAt|customDomainVerificationId|staticIp|keys\..*)$/;

function contentOf({ resources, secrets, registries }: CloudState): readonly string[] {
  const stored = Object.values(resources).flatMap((resource) =>
    leaves({ body: asAnswered(resource), extra: resource.extra, failed: resource.failed ?? false }).map(
      ({ path, value }) => ({ path: `${resource.id.toLowerCase()} ${path}`, value }),
    ),
  );
  const versions = Object.values(secrets).flatMap((vault) =>
    Object.values(vault).map((secret) => `secret ${secret.name} has ${secret.versions.length} versions`),
  );
  const builds = Object.values(registries).flatMap(({ runs }) =>
    Object.values(runs).map(({ outcome, digest, images }) => `build ${outcome} ${digest} ${JSON.stringify(images)}`),
  );
  return [...told(stored), ...versions, ...builds];
}

/** With what Azure says where nothing was written: a write of the whole sends it back, and nothing is otherwise for that. */
function asAnswered(resource: StoredResource): JsonObject {
  return filled(resource.body, RESOURCE_TYPES.get(resource.type.toLowerCase())?.defaults?.(resource) ?? {});
}

/** Hashes depend on what the cloud makes up; that the next run finds nothing to do says that they are right. */
const OF_THE_RUN =
  /\.(serial|fence|duration_in_ms|dependency_hash|hash|timestamp|finished_at)$|\.dependencies\.[^ ]*\.value$/;

function stateOf(state: EnvironmentState): readonly string[] {
  // How long something took is another each time.
  const { last_updated: _, serial: __, fence: ___, durations: ____, ...rest } = state;
  return leaves(rest)
    .filter(({ path }) => !OF_THE_RUN.test(path))
    .map(({ path, value }) => `state ${path} = ${value}`);
}

function told(found: readonly { readonly path: string; readonly value: string }[]): readonly string[] {
  return found.filter(({ path }) => !MADE_UP.test(path)).map(({ path, value }) => `${path} = ${value}`);
}

/** Lines that only one of two sorted lists has, or has more often. */
export function differences(expected: readonly string[], found: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const line of expected) counts.set(line, (counts.get(line) ?? 0) + 1);
  for (const line of found) counts.set(line, (counts.get(line) ?? 0) - 1);
  return [...counts]
    .filter(([, count]) => count !== 0)
    .map(([line, count]) => `${count > 0 ? 'missing' : 'more'}: ${line}`);
}
