import type { ServiceConfig, SmokeRequest } from '../domain/config/model.ts';
import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceId } from '../domain/ids.ts';
import { resourceTags } from '../domain/tags.ts';
import type { JsonObject } from '../shared/json.ts';
import { CONTAINER_APPS_VERSION } from './container-app.ts';
import { RUN_MARK } from './migration-job.ts';

const MAX_NAME_LENGTH = 32;
const SUFFIX = '-smoke';
export const SMOKE_TIMEOUT_IN_SECONDS = 300;
/** A replica that was scaled to nothing needs a while to answer its first request. */
const ATTEMPTS = 5;
const REQUEST_TIMEOUT_IN_SECONDS = 30;

/**
 * What an internal service is asked before it gets traffic; nobody outside of the environment can. One that may be scaled to
 * nothing is asked for its health at least, which also gives it a replica to judge.
 */
export function internalSmoke({
  ingress,
  transport,
  minReplicas,
  healthPath,
  smoke,
}: ServiceConfig): readonly SmokeRequest[] {
  if (ingress !== 'internal' || transport !== 'http') return [];
  const awakening: readonly SmokeRequest[] =
    minReplicas === 0 && healthPath !== undefined ? [{ path: healthPath, method: 'GET' }] : [];
  return [...awakening, ...(smoke ?? [])];
}

/** The job that asks; which revision, each execution is told. */
export function smokeJob(input: DesireInput, service: ServiceConfig): DesiredResource {
  return {
    key: `smoke:${service.key}`,
    title: `smoke job of ${service.name}`,
    id: resourceId(input, 'Microsoft.App/jobs', jobName(service)),
    type: 'Microsoft.App/jobs',
    apiVersion: CONTAINER_APPS_VERSION,
    ownership: 'tagged',
    holdsData: false,
    immutable: ['properties.environmentId'],
    createOnly: [],
    timeoutInSeconds: 600,
    body: {
      location: input.config.locations.containerApps,
      tags: resourceTags(input),
      properties: {
        environmentId: input.outputs.read('environmentId'),
        workloadProfileName: 'Consumption',
        configuration: {
          triggerType: 'Manual',
          replicaTimeout: SMOKE_TIMEOUT_IN_SECONDS,
          replicaRetryLimit: 0,
          manualTriggerConfig: { parallelism: 1, replicaCompletionCount: 1 },
        },
        template: { containers: [container(input, 'exit 0')] },
      },
    },
  };
}

/** @param address of the revision, inside the environment */
export function smokeContainer(
  input: DesireInput,
  address: string,
  requests: readonly SmokeRequest[],
  mark: string,
): JsonObject {
  return { ...container(input, smokeScript(address, requests)), env: [{ name: RUN_MARK, value: mark }] };
}

/** Asks one after the other; says what was wrong and ends with 1. */
export function smokeScript(address: string, requests: readonly SmokeRequest[]): string {
  return [
    'set -u',
    'answer=$(mktemp)',
    ...requests.map((request) => requestScript(`${address}${request.path}`, request)),
  ].join('\n');
}

function requestScript(url: string, { method, status, contains }: SmokeRequest): string {
  const how = method === 'HEAD' ? '--head' : `--request ${method}`;
  const expected = status === undefined ? '2??' : String(status);
  const lines = [
    `code=$(curl --silent --show-error ${how} --output "$answer" --write-out '%{http_code}' --retry ${ATTEMPTS} --retry-all-errors --max-time ${REQUEST_TIMEOUT_IN_SECONDS} ${quoted(url)})`,
    `case "$code" in ${expected}) ;; *) echo ${quoted(`${method} ${url} answers`)} "$code"${quoted(`, not ${status ?? '2xx'}`)}; exit 1;; esac`,
  ];
  if (contains !== undefined) {
    const text = quoted(`${method} ${url} does not contain ${JSON.stringify(contains)}`);
    lines.push(`grep -qF -- ${quoted(contains)} "$answer" || { echo ${text}; exit 1; }`);
  }
  return lines.join('\n');
}

function container({ config }: DesireInput, script: string): JsonObject {
  return {
    name: 'smoke',
    image: config.release.smokeImage,
    command: ['/bin/sh', '-c', script],
    resources: { cpu: 0.25, memory: '0.5Gi' },
  };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function jobName({ name }: ServiceConfig): string {
  return `${name.slice(0, MAX_NAME_LENGTH - SUFFIX.length).replace(/-+$/, '')}${SUFFIX}`;
}
