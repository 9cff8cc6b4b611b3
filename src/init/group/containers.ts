import { OWN_VARIABLES } from '../../domain/config/service/own-variables.ts';
import { createMasker } from '../../domain/masking.ts';
import { escapedReferences } from '../../domain/references/reference-text.ts';
import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { looksSecret } from '../convert/variable-facts.ts';
import type { Reading } from './live.ts';
import type { GroupSecrets } from './secrets.ts';

/** What a container says of itself, by the keys of the file; the name stays unread. */
export function containerKeys(container: Reading, secrets: GroupSecrets): JsonObject {
  const mounts = container
    .members('volumeMounts')
    .map((mount): [string, Json] => [mount.text('mountPath') ?? '', mount.text('volumeName') ?? '']);
  const env = container
    .members('env')
    .filter((variable) => !isOwn(variable))
    .map((variable) => variableOf(variable, secrets));
  return {
    ...given('command', container.texts('command')),
    ...given('args', container.texts('args')),
    ...given('cpu', container.number('resources.cpu')),
    ...given('memory', container.text('resources.memory')),
    ...(env.length > 0 && { env: Object.fromEntries(env) }),
    ...(mounts.length > 0 && { mounts: Object.fromEntries(mounts) }),
  };
}

/** What a deployment sets by itself, it sets again. */
function isOwn(variable: Reading): boolean {
  const isOurs = OWN_VARIABLES.includes(variable.text('name') ?? '');
  if (isOurs) variable.takeSecret('value');
  return isOurs;
}

function variableOf(variable: Reading, secrets: GroupSecrets): [string, Json] {
  const name = variable.text('name') ?? '';
  const reference = variable.text('secretRef');
  if (reference !== undefined) return [name, { secret: secrets.ofReference(reference) }];
  const value = String(variable.takeSecret('value') ?? '');
  // A value in plain text is in the hands of whoever reads the group; it is not written down once more.
  const isSecret = value !== '' && (looksSecret(name) || createMasker([]).mask(value) !== value);
  return [name, isSecret ? { secret: secrets.ofPlainText(name, value) } : escapedReferences(value)];
}

const PROBES = ['startup', 'readiness', 'liveness'] as const;

/** False where there is none: a service without a word of them would get its defaults. */
export function probeKeys(container: Reading): Json {
  const probes = container
    .members('probes')
    .map((probe): [string, Json] => [(probe.text('type') ?? '').toLowerCase(), probeOf(probe)]);
  if (probes.length === 0) return false;
  const found = Object.fromEntries(probes);
  return Object.fromEntries(PROBES.map((type) => [type, found[type] ?? false]));
}

function probeOf(probe: Reading): JsonObject {
  const isHttp = probe.number('httpGet.port') !== undefined;
  const headers = probe.take('httpGet.httpHeaders');
  const pairs = (Array.isArray(headers) ? headers.filter(isJsonObject) : []).map((one): [string, Json] => [
    String(one.name),
    String(one.value),
  ]);
  return {
    kind: isHttp ? 'http' : 'tcp',
    ...(isHttp && { path: probe.text('httpGet.path') ?? '/' }),
    ...given('port', probe.number(isHttp ? 'httpGet.port' : 'tcpSocket.port')),
    ...unless('http', 'scheme', probe.text('httpGet.scheme')?.toLowerCase()),
    ...(pairs.length > 0 && { headers: Object.fromEntries(pairs) }),
    ...unless(0, 'initial_delay', probe.number('initialDelaySeconds')),
    ...given('period', probe.number('periodSeconds')),
    ...unless(1, 'timeout', probe.number('timeoutSeconds')),
    ...given('failure_threshold', probe.number('failureThreshold')),
    ...unless(1, 'success_threshold', probe.number('successThreshold')),
  };
}

/** What Azure takes where nothing is said need not be said: https://learn.microsoft.com/azure/container-apps/health-probes#default-configuration */
export function unless(usual: Json, key: string, value: Json | undefined): JsonObject {
  return value === usual ? {} : given(key, value);
}

/** The path that says whether a service is well, where one of its probes asks for one. */
export function healthPath(probes: Json): Json {
  const all = isJsonObject(probes) ? [probes.readiness, probes.startup, probes.liveness] : [];
  const asked = all.find((one) => isJsonObject(one) && typeof one.path === 'string');
  return isJsonObject(asked) ? (asked.path ?? false) : false;
}

/** A key with its value, or nothing. */
export function given(key: string, value: Json | undefined): JsonObject {
  return value === undefined ? {} : { [key]: value };
}
