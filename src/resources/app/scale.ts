import type { ServiceConfig } from '../../domain/config/model.ts';
import type { CronScale, EventScale, ScaleConfig } from '../../domain/config/service/service-scale.ts';
import type { DesireInput } from '../../domain/desired.ts';
import type { JsonObject } from '../../shared/json.ts';
import { secretRef } from './workload.ts';

/**
 * How many replicas an app has, and what decides: https://learn.microsoft.com/azure/container-apps/scale-app. All values of
 * metadata are texts.
 */
export function scaleOf(input: DesireInput, { minReplicas, maxReplicas, scale }: ServiceConfig): JsonObject {
  if (!scale) return { minReplicas, maxReplicas };
  const rules = scaleRules(input, scale);
  const { pollingIntervalInSeconds: pollingInterval, cooldownInSeconds: cooldownPeriod } = scale;
  return {
    ...{ minReplicas, maxReplicas },
    ...(pollingInterval !== undefined && { pollingInterval }),
    ...(cooldownPeriod !== undefined && { cooldownPeriod }),
    ...(rules.length > 0 && { rules }),
  };
}

function scaleRules(input: DesireInput, { http, tcp, cpu, memory, cron = {}, rules = {} }: ScaleConfig): JsonObject[] {
  return [
    ...(http === undefined ? [] : [{ name: 'http', http: { metadata: { concurrentRequests: String(http) } } }]),
    ...(tcp === undefined ? [] : [{ name: 'tcp', tcp: { metadata: { concurrentConnections: String(tcp) } } }]),
    ...Object.entries({ cpu, memory }).flatMap(([name, percent]) =>
      percent === undefined ? [] : [custom(name, name, { type: 'Utilization', value: String(percent) })],
    ),
    ...Object.entries(cron).map(([name, one]) => custom(name, 'cron', cronMetadata(one))),
    ...Object.entries(rules).map(([name, one]) => ({ name, custom: eventRule(input, one) })),
  ];
}

function custom(name: string, type: string, metadata: JsonObject): JsonObject {
  return { name, custom: { type, metadata } };
}

function cronMetadata({ timezone, start, end, replicas }: CronScale): JsonObject {
  return { timezone, start, end, desiredReplicas: String(replicas) };
}

/**
 * A scaler of KEDA, of an app or a job: with secrets by their names in it, or as the identity:
 * https://learn.microsoft.com/azure/container-apps/scale-app#custom
 */
export function eventRule({ outputs }: DesireInput, { type, metadata, secrets, identity }: EventScale): JsonObject {
  const auth = Object.entries(secrets ?? {}).map(([triggerParameter, name]) => ({
    secretRef: secretRef(name),
    triggerParameter,
  }));
  return {
    type,
    metadata: { ...metadata },
    ...(auth.length > 0 && { auth }),
    ...(identity && { identity: outputs.read('identityId') }),
  };
}
