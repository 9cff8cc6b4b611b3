import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { containerKeys, given, healthPath, probeKeys } from './containers.ts';
import type { LiveResource, Reading } from './live.ts';
import { scaleKeys, scalerRules } from './scalers.ts';
import type { GroupSecrets } from './secrets.ts';

const TEMPLATE = 'properties.template';
const CONFIGURATION = 'properties.configuration';
const INGRESS = `${CONFIGURATION}.ingress`;

/** The key under which a workload of that name stands. */
export function workloadKey(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}

/** What an app is as a service of the file. */
export function serviceKeys(
  { name }: LiveResource,
  app: Reading,
  secrets: GroupSecrets,
  migration: readonly string[] | undefined,
): JsonObject {
  const [own, beside] = ownAndBeside(name, app);
  if (!own) return {};
  own.take('name');
  const probes = probeKeys(own);
  return {
    name,
    ...given('image', own.text('image')),
    ...(isReleased(app, migration) && { role: 'application' }),
    ...reached(app),
    ...containerKeys(own, secrets),
    ...given('min_replicas', app.number(`${TEMPLATE}.scale.minReplicas`) ?? 0),
    ...given('max_replicas', app.number(`${TEMPLATE}.scale.maxReplicas`) ?? 10),
    ...scaleKeys(app, `${TEMPLATE}.scale`, secrets),
    probes,
    health_path: healthPath(probes),
    ...(migration && { migration: { command: [...migration] } }),
    ...sideContainers(app, beside, secrets),
    ...given('termination_grace', app.number(`${TEMPLATE}.terminationGracePeriodSeconds`)),
  };
}

/** Several revisions may run, or a migration goes before the next one: it is released, and not replaced. */
function isReleased(app: Reading, migration: readonly string[] | undefined): boolean {
  return app.text(`${CONFIGURATION}.activeRevisionsMode`)?.toLowerCase() === 'multiple' || migration !== undefined;
}

const TRIGGERS = { Manual: 'manualTriggerConfig', Schedule: 'scheduleTriggerConfig', Event: 'eventTriggerConfig' };

/** What a job is. */
export function jobKeys({ name }: LiveResource, job: Reading, secrets: GroupSecrets): JsonObject {
  const [own, beside] = ownAndBeside(name, job);
  if (!own) return {};
  own.take('name');
  const type = job.text(`${CONFIGURATION}.triggerType`) ?? 'Manual';
  const trigger = `${CONFIGURATION}.${TRIGGERS[type as keyof typeof TRIGGERS]}`;
  return {
    name,
    ...given('image', own.text('image')),
    ...containerKeys(own, secrets),
    ...given('schedule', job.text(`${trigger}.cronExpression`)),
    ...(type === 'Event' && {
      event: {
        rules: scalerRules(job, `${trigger}.scale.rules`, secrets),
        ...given('min_executions', job.number(`${trigger}.scale.minExecutions`)),
        ...given('max_executions', job.number(`${trigger}.scale.maxExecutions`)),
        ...given('polling_interval', job.number(`${trigger}.scale.pollingInterval`)),
      },
    }),
    ...given('parallelism', job.number(`${trigger}.parallelism`)),
    ...given('completions', job.number(`${trigger}.replicaCompletionCount`)),
    ...given('retries', job.number(`${CONFIGURATION}.replicaRetryLimit`)),
    ...given('timeout', job.number(`${CONFIGURATION}.replicaTimeout`)),
    ...sideContainers(job, beside, secrets),
  };
}

/** The container after which it is named, or the first one. */
function ownAndBeside(name: string, workload: Reading): readonly [Reading | undefined, readonly Reading[]] {
  const all = workload.members(`${TEMPLATE}.containers`);
  const own = all.find((one) => one.text('name') === name) ?? all[0];
  return [own, all.filter((one) => one !== own)];
}

function sideContainers(workload: Reading, beside: readonly Reading[], secrets: GroupSecrets): JsonObject {
  const side = (one: Reading): JsonObject => ({
    ...given('name', one.text('name')),
    ...given('image', one.text('image')),
    ...containerKeys(one, secrets),
  });
  const sidecars = beside.map((one) => ({ ...side(one), probes: probeKeys(one) }));
  const init = workload.members(`${TEMPLATE}.initContainers`).map(side);
  const volumes = workload.members(`${TEMPLATE}.volumes`).flatMap((one) => volume(one, secrets));
  return {
    ...(sidecars.length > 0 && { sidecars }),
    ...(init.length > 0 && { init }),
    ...(volumes.length > 0 && { volumes: Object.fromEntries(volumes) }),
  };
}

/** A share stays unread: which one it is says the storage of the environment that it names. */
function volume(one: Reading, secrets: GroupSecrets): readonly [string, Json][] {
  const type = one.text('storageType') ?? 'EmptyDir';
  const name = one.text('name') ?? '';
  if (type === 'EmptyDir') return [[name, {}]];
  if (type !== 'Secret') return [];
  const files = one
    .members('secrets')
    .map((file): [string, Json] => [file.text('path') ?? '', secrets.ofReference(file.text('secretRef') ?? '')]);
  return [[name, { secrets: Object.fromEntries(files) }]];
}

function reached(app: Reading): JsonObject {
  const port = app.number(`${INGRESS}.targetPort`);
  if (port === undefined) return { ingress: 'none' };
  const transport = app.text(`${INGRESS}.transport`)?.toLowerCase();
  app.take(`${INGRESS}.traffic`);
  app.take(`${INGRESS}.exposedPort`);
  const ports = app.members(`${INGRESS}.additionalPortMappings`).map((one) => {
    one.take('external');
    const [target, exposed] = [one.number('targetPort') ?? 0, one.number('exposedPort')];
    return exposed === undefined || exposed === target ? String(target) : `${exposed}:${target}`;
  });
  const domains = app.members(`${INGRESS}.customDomains`).flatMap((one) => {
    one.take('bindingType');
    one.take('certificateId');
    return one.text('name') ?? [];
  });
  return {
    port,
    ingress: app.take(`${INGRESS}.external`) === true ? 'external' : 'internal',
    ...((transport === 'tcp' || transport === 'http2') && { transport }),
    ...(ports.length > 0 && { ports }),
    ...cors(app),
    ...ipRules(app),
    ...given('client_certificates', app.text(`${INGRESS}.clientCertificateMode`)?.toLowerCase()),
    ...(app.text(`${INGRESS}.stickySessions.affinity`)?.toLowerCase() === 'sticky' && { session_affinity: true }),
    ...(domains.length > 0 && { domains }),
  };
}

function cors(app: Reading): JsonObject {
  const at = (key: string): string => `${INGRESS}.corsPolicy.${key}`;
  const origins = app.texts(at('allowedOrigins'));
  if (!origins) return {};
  return {
    cors: {
      origins,
      ...given('methods', app.texts(at('allowedMethods'))),
      ...given('headers', app.texts(at('allowedHeaders'))),
      ...given('expose_headers', app.texts(at('exposeHeaders'))),
      ...given('max_age', app.number(at('maxAge'))),
      ...given('credentials', app.take(at('allowCredentials'))),
    },
  };
}

function ipRules(app: Reading): JsonObject {
  const rules = app.take(`${INGRESS}.ipSecurityRestrictions`);
  const all = Array.isArray(rules) ? rules.filter(isJsonObject) : [];
  const of = (action: string): JsonObject =>
    Object.fromEntries(
      all.filter((one) => one.action === action).map((one) => [String(one.name), String(one.ipAddressRange)]),
    );
  const [allow, deny] = [of('Allow'), of('Deny')];
  if (all.length === 0) return {};
  return {
    ip_rules: {
      ...(Object.keys(allow).length > 0 && { allow }),
      ...(Object.keys(deny).length > 0 && { deny }),
    },
  };
}
