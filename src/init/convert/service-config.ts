import { isImageReference } from '../../domain/config/rules/workloads/images.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import { buildOf } from './build-config.ts';
import { commandOf } from './command-config.ts';
import { type Around, environmentOf } from './environment.ts';
import type { ServiceFacts } from './facts.ts';
import { healthOf } from './health.ts';
import type { Listening } from './listening.ts';
import { replicasOf, sizeOf } from './size.ts';
import { composeText, dollars, ourText, unsetIn, variablesOf } from './text.ts';
import { looksSecret, type VariableFacts } from './variable-facts.ts';
import { type VolumesAround, volumesOf } from './volumes.ts';

export interface ServiceAround extends Around, VolumesAround {
  readonly variables: ReadonlyMap<ServiceFacts, readonly VariableFacts[]>;
  readonly tasks: ReadonlySet<ServiceFacts>;
  /** Tasks that run before a service, with it. */
  readonly migrations: ReadonlyMap<ServiceFacts, ServiceFacts>;
}

/** https://learn.microsoft.com/azure/container-apps/revisions: at most so many seconds. */
const LONGEST_GRACE = 600;
const NOWHERE: Listening = { further: [], transport: 'http', isExternal: false };

/** A service as the configuration says it. */
export function serviceConfig(facts: ServiceFacts, around: ServiceAround): JsonObject {
  const path = ['services', facts.key];
  const listening = around.listening.get(facts) ?? NOWHERE;
  const { config: command, env } = commandOf(facts, path, around);
  const migration = migrationOf(facts, path, around);
  return {
    ...(facts.appName !== undefined && { name: facts.appName }),
    ...imageOf(facts, path, around),
    ...command,
    ...ingressOf(facts, listening, path, around),
    ...withVariables(environmentOf(around.variables.get(facts) ?? [], path, around), { ...env, ...migration.env }),
    ...migration.config,
    ...sizeOf(facts, path, around.report),
    ...replicasOf(facts, around.report),
    ...healthOf(facts, listening, around.report),
    ...volumesOf(facts, path, around),
    ...graceOf(facts, around),
    ...dependenciesOf(facts, around),
  };
}

/** What is run with the new image before it. */
function migrationOf(
  facts: ServiceFacts,
  path: readonly string[],
  around: ServiceAround,
): { readonly config: JsonObject; readonly env: JsonObject } {
  const [task] = [...around.migrations].find(([, service]) => service === facts) ?? [];
  if (!task) return { config: {}, env: {} };
  const at = [...path, 'migration'];
  const { service } = task;
  around.report.left(
    service.place,
    `services.${service.name}`,
    `is the migration of ${facts.service.name}: it runs before new code of that starts`,
    at,
  );
  const { config, env } = commandOf(task, at, around);
  const words = [config.command, config.args].flatMap((list) => (Array.isArray(list) ? list : []));
  return { config: { migration: { command: words } }, env };
}

/** What runs to its end, as the configuration says it. */
export function jobConfig(facts: ServiceFacts, around: ServiceAround): JsonObject {
  const path = ['jobs', facts.key];
  const { report } = around;
  const { service, ports, health, replicas, dependencies } = facts;
  const at = `services.${service.name}`;
  report.left(
    service.place,
    at,
    `runs to its end, so it is a job: "job run ${facts.key}" starts it after a deployment`,
    path,
  );
  for (const port of ports) report.left(port.place, port.path, 'nobody calls a job', path);
  if (health.test && health.place) report.left(health.place, health.path, 'nobody asks a job how it is', path);
  if (replicas)
    report.left(
      replicas.place,
      replicas.path,
      'write "parallelism" and "completions" where more than one is to run',
      path,
    );
  for (const one of dependencies)
    report.leftEverywhere(one.place, `${at}.depends_on`, 'jobs are made after the services, and started by hand');
  const { config: command, env } = commandOf(facts, path, around);
  return {
    ...imageOf(facts, path, around),
    ...command,
    ...withVariables(environmentOf(around.variables.get(facts) ?? [], path, around), env),
    ...sizeOf(facts, path, report),
    ...volumesOf(facts, path, around),
  };
}

function withVariables({ env }: JsonObject, further: JsonObject): JsonObject {
  const all = { ...(env as JsonObject | undefined), ...further };
  return Object.keys(all).length > 0 ? { env: all } : {};
}

function imageOf(facts: ServiceFacts, path: readonly string[], around: ServiceAround): JsonObject {
  const { image, build, service } = facts;
  if (build) {
    if (image)
      around.report.left(
        image.place,
        `services.${service.name}.image`,
        'what is built is called by the registry, and tagged by the digest of its sources',
        path,
      );
    return buildOf(facts, path, around);
  }
  if (!image) return {};
  const unset = unsetIn(image);
  const text = composeText(image) ?? '';
  for (const name of unset)
    around.report.left(image.place, `services.${service.name}.image`, `the variable ${name} is set nowhere`, [
      ...path,
      'image',
    ]);
  // A text that is filled in must not look like a secret.
  if (variablesOf(image).some(looksSecret)) return { image: dollars(text) };
  return { image: isImageReference(text) ? ourText(image) : ourText(image, 'latest') };
}

function ingressOf(
  facts: ServiceFacts,
  { port, further, transport, isExternal }: Listening,
  path: readonly string[],
  { report }: ServiceAround,
): JsonObject {
  if (port === undefined) {
    if (facts.ports.length === 0)
      report.comment(path, 'Nobody calls it, as far as can be seen: it has no port, and is a worker.');
    return {};
  }
  if (isExternal)
    report.comment([...path, 'ingress'], 'Everybody reaches it at https; "internal" is for other services only.');
  else if (transport === 'http' && port !== 80)
    report.comment(
      [...path, 'port'],
      `Other services reach it at \${{services.${facts.key}.address}}, by https, and not at port ${port}; with "transport: tcp" they reach it as in Compose.`,
    );
  return {
    port,
    ...(further.length > 0 && { ports: [...further] as Json[] }),
    ...(transport === 'tcp' && { transport }),
    ...(isExternal && { ingress: 'external' }),
  };
}

function graceOf({ graceInSeconds, service, key }: ServiceFacts, { report }: ServiceAround): JsonObject {
  if (graceInSeconds === undefined) return {};
  if (graceInSeconds > LONGEST_GRACE)
    report.left(
      service.keys.members.get('stop_grace_period')?.place ?? service.place,
      `services.${service.name}.stop_grace_period`,
      `at most ${LONGEST_GRACE} seconds`,
      ['services', key, 'termination_grace'],
    );
  return { termination_grace: Math.min(graceInSeconds, LONGEST_GRACE) };
}

/** What is built comes after what comes as an image, so the latter cannot wait for the former. */
function dependenciesOf(facts: ServiceFacts, { managed, tasks, migrations, all, report }: ServiceAround): JsonObject {
  const { build, dependencies } = facts;
  const keys = dependencies.flatMap(({ name, place, path }) => {
    const other = all.find((one) => one.service.name === name);
    const isReplaced = managed.has(name) && managed.get(name)?.section !== 'rabbitmq';
    if (!other || isReplaced) return [];
    if (migrations.get(other) === facts) return [];
    if (tasks.has(other)) {
      report.left(place, path, `${name} is a job, which is started by hand: "job run ${other.key}"`, [
        'services',
        facts.key,
      ]);
      return [];
    }
    if (!build && other.build) {
      report.left(place, path, `${name} is built, and what comes as an image is there before it`, [
        'services',
        facts.key,
      ]);
      return [];
    }
    return [other.key];
  });
  return keys.length > 0 ? { depends_on: [...new Set(keys)] } : {};
}
