import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { unless } from './containers.ts';
import type { Reading } from './live.ts';
import type { GroupSecrets } from './secrets.ts';

/** When an app has more replicas. */
export function scaleKeys(app: Reading, path: string, secrets: GroupSecrets): JsonObject {
  const rules = readable(app, `${path}.rules`);
  const keys: JsonObject = {
    // https://learn.microsoft.com/azure/container-apps/scale-app#scale-definition
    ...unless(30, 'polling_interval', app.number(`${path}.pollingInterval`)),
    ...unless(300, 'cooldown', app.number(`${path}.cooldownPeriod`)),
  };
  const others: JsonObject = {};
  const cron: JsonObject = {};
  for (const rule of rules) {
    const name = rule.text('name') ?? '';
    const http = countOf(rule, 'http.metadata.concurrentRequests');
    const tcp = countOf(rule, 'tcp.metadata.concurrentConnections');
    if (http !== undefined) keys.http = http;
    else if (tcp !== undefined) keys.tcp = tcp;
    else {
      const known = ownKey(rule, name);
      if (!known) others[name] = scaler(rule, secrets);
      else if (known.key === 'cron') cron[name] = known.value;
      else keys[known.key] = known.value;
    }
  }
  if (Object.keys(cron).length > 0) keys.cron = cron;
  if (Object.keys(others).length > 0) keys.rules = others;
  return Object.keys(keys).length > 0 ? { scale: keys } : {};
}

/** The rules of a job by their names. */
export function scalerRules(job: Reading, path: string, secrets: GroupSecrets): JsonObject {
  return Object.fromEntries(
    readable(job, path).map((rule) => [rule.text('name') ?? '', scalerOf(rule, '', secrets)] as const),
  );
}

/** A rule is written as a whole: one with a credential in it stays as it is, and is told. */
function readable(workload: Reading, path: string): readonly Reading[] {
  return workload.members(path).filter((rule) => !rule.isSecret());
}

function countOf(rule: Reading, path: string): number | undefined {
  const value = Number(rule.take(path));
  return Number.isInteger(value) && value > 0 ? value : undefined;
}

/** What has a key of its own in the file. */
function ownKey(rule: Reading, name: string): { readonly key: string; readonly value: Json } | undefined {
  const type = rule.text('custom.type');
  const metadata = rule.object('custom.metadata') ?? {};
  if ((type === 'cpu' || type === 'memory') && name === type && metadata.type === 'Utilization')
    return { key: type, value: Number(metadata.value) };
  const { timezone, start, end, desiredReplicas, ...more } = metadata;
  if (type !== 'cron' || Object.keys(more).length > 0 || !(timezone && start && end)) return undefined;
  return { key: 'cron', value: { timezone, start, end, replicas: Number(desiredReplicas ?? 1) } };
}

function scaler(rule: Reading, secrets: GroupSecrets): JsonObject {
  return scalerOf(rule, 'custom.', secrets);
}

/** @param within where in the rule its scaler stands: of an app under `custom`, of a job at its top */
function scalerOf(rule: Reading, within: string, secrets: GroupSecrets): JsonObject {
  const auth = rule.take(`${within}auth`);
  const parameters = (Array.isArray(auth) ? auth.filter(isJsonObject) : []).map((one): [string, Json] => [
    String(one.triggerParameter),
    secrets.ofReference(String(one.secretRef)),
  ]);
  const metadata = rule.object(`${within}metadata`) ?? {};
  return {
    type: rule.text(`${within}type`) ?? '',
    ...(Object.keys(metadata).length > 0 && { metadata }),
    ...(parameters.length > 0 && { secrets: Object.fromEntries(parameters) }),
    ...(rule.text(`${within}identity`) !== undefined && { identity: true }),
  };
}
