import type { ServiceConfig, SmokeRequest } from '../../domain/config/model.ts';
import { RUN_MARK } from '../../domain/config/service/own-variables.ts';
import type { DesireInput } from '../../domain/desired.ts';
import type { JsonObject } from '../../shared/json.ts';
import { quoted } from './shell.ts';

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
  if (ingress !== 'internal' || transport === 'tcp') return [];
  const awakening: readonly SmokeRequest[] =
    minReplicas === 0 && healthPath !== undefined ? [{ path: healthPath, method: 'GET' }] : [];
  return [...awakening, ...(smoke ?? [])];
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

/** Of the job itself, which is told what to ask at the start of each execution. */
export function idleContainer(input: DesireInput): JsonObject {
  return container(input, 'exit 0');
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
