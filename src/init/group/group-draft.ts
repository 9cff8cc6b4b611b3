import { isOurTag } from '../../domain/tags.ts';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import type { Draft, Leftover } from '../draft.ts';
import { type LiveGroup, type LiveResource, Reading } from './live.ts';
import { RegistriesOfGroup, SecretsOfGroup } from './secrets.ts';
import { type Found, opensToTheWorld, SECTION_READERS } from './sections.ts';
import { volumesOfShares } from './shares.ts';
import { jobKeys, serviceKeys, workloadKey } from './workloads.ts';

export interface GroupOptions {
  /** The Container Apps environment whose apps are meant, where there are several. */
  readonly environment?: string | undefined;
  /** Whether a deployment says by itself what stands at a path of a resource of that type, or Azure does. */
  readonly isAccountedFor: (type: string, path: string) => boolean;
  /** Whether Azure made it by itself, beside something else. */
  readonly isCompanion: (resource: LiveResource) => boolean;
}

export type GroupDraft =
  | { readonly ok: true; readonly draft: Draft }
  /** The environments of which one has to be chosen; none: there is nothing to deploy to. */
  | { readonly ok: false; readonly environments: readonly string[] };

const APP = 'microsoft.app/containerapps';
const JOB = 'microsoft.app/jobs';
const ENVIRONMENT = 'microsoft.app/managedenvironments';
const REGISTRY = 'microsoft.containerregistry/registries';
const IDENTITY = 'microsoft.managedidentity/userassignedidentities';

/**
 * The configuration of what a resource group holds. What no key stands for is told, and stays as it is on Azure: a deployment changes
 * what its file says, and nothing else.
 */
export function groupDraft(group: LiveGroup, options: GroupOptions): GroupDraft {
  const { environment } = options;
  const environments = ofType(group, ENVIRONMENT);
  const chosen = environment === undefined ? environments : environments.filter(({ name }) => name === environment);
  const [own] = chosen;
  if (!own || chosen.length > 1) return { ok: false, environments: environments.map(({ name }) => name) };
  const isElsewhere = ({ body }: LiveResource): boolean => environmentOf(body) !== own.id.toLowerCase();
  const left: Leftover[] = [];
  const bodies = new Map(group.resources.map((one) => [one, new Reading(one.body)]));
  const reading = (one: LiveResource): Reading => bodies.get(one) as Reading;
  const sections = readSections(group, own, reading, left);
  const secrets = new SecretsOfGroup(group.vaultSecrets);
  const registries = new RegistriesOfGroup(ofType(group, REGISTRY).map(({ name }) => name));
  const workloads = (type: string): readonly LiveResource[] =>
    ofType(group, type).filter((one) => {
      if (isElsewhere(one)) left.push(told(one, `is in another environment than ${own.name}, and is not in the file`));
      return !isElsewhere(one);
    });
  const jobs = workloads(JOB);
  const services = workloads(APP).map((app) => {
    const body = reading(app);
    registries.read(body);
    const migration = jobs.find(({ name }) => name === `${app.name}-migrate`);
    const command = migration && reading(migration).members('properties.template.containers')[0]?.texts('command');
    const keys = serviceKeys(app, body, secrets.of(body, app.name), command);
    return [workloadKey(app.name), { ...keys, ...volumesOfShares(body, keys, group) }] as const;
  });
  const ownJobs = jobs
    .filter(({ name }) => !isBeside(name, services))
    .map((job) => {
      const body = reading(job);
      registries.read(body);
      const keys = jobKeys(job, body, secrets.of(body, job.name));
      return [workloadKey(job.name), { ...keys, ...volumesOfShares(body, keys, group) }] as const;
    });
  left.push(...secrets.leftovers());
  const companions = jobs.filter(({ name }) => isBeside(name, services));
  left.push(
    ...unread({ ...group, resources: group.resources.filter((one) => !companions.includes(one)) }, reading, options),
  );
  const config: JsonObject = {
    azure: {
      subscription_id: group.subscriptionId,
      resource_group: group.name,
      location: regionOf(own.body) ?? group.location,
      project_name: projectName(group),
    },
    ...locations(group, own),
    ...sections,
    ...tagsOf(own),
    defaults: 'none',
    ...(Object.keys(secrets.config).length > 0 && { secrets: secrets.config }),
    ...(Object.keys(registries.config).length > 0 && { registries: registries.config }),
    services: Object.fromEntries(services),
    ...(ownJobs.length > 0 && { jobs: Object.fromEntries(ownJobs) }),
  };
  return {
    ok: true,
    draft: { config, comments: builtImages(group, services), leftovers: left, choices: [] },
  };
}

function readSections(
  group: LiveGroup,
  environment: LiveResource,
  reading: (one: LiveResource) => Reading,
  left: Leftover[],
): JsonObject {
  const sections: Record<string, JsonObject> = {};
  for (const resource of group.resources) {
    const reader = SECTION_READERS[resource.type.toLowerCase()];
    if (!reader || (resource.type.toLowerCase() === ENVIRONMENT && resource !== environment)) continue;
    const children = group.resources
      .filter(({ id }) => id.toLowerCase().startsWith(`${resource.id.toLowerCase()}/`))
      .map((child) => ({ resource: child, body: reading(child) }));
    const found: Found = { resource, body: reading(resource), children };
    const keys = reader.read(found);
    const before = sections[reader.key] ?? {};
    if (Object.keys(keys).some((key) => key in before))
      left.push(told(resource, `is one more of its kind; ${reader.key} is made of the first one`));
    else sections[reader.key] = { ...before, ...keys };
  }
  return sections;
}

/** What somebody would miss: resources without a section, and fields that no key of the file stands for. */
function unread(
  group: LiveGroup,
  reading: (one: LiveResource) => Reading,
  { isAccountedFor, isCompanion }: GroupOptions,
): readonly Leftover[] {
  return group.resources.flatMap((one) => {
    const type = one.type.toLowerCase();
    const isKnown = isDescribed(one) || isChild(one) || type === IDENTITY;
    if (isCompanion(one)) return [];
    if (opensToTheWorld(one))
      return [
        told(
          one,
          'opens the server to the world: it is not in the file, and a deployment removes it unless `preserve` names it',
        ),
      ];
    if (!isKnown) return [told(one, 'has no section; `resources` of the configuration may describe it')];
    if (type === IDENTITY || isChild(one)) return [];
    const rest = reading(one)
      .rest()
      .filter(({ path }) => !isAccountedFor(one.type, path));
    if (rest.length === 0) return [];
    return [
      told(
        one,
        `${rest.map(({ path }) => path).join(', ')}: no key of the file stands for that, and it stays as it is`,
      ),
    ];
  });
}

/** Whether it is of a type of which a section of the file, a service or a job is made. */
export function isDescribed({ type }: LiveResource): boolean {
  return [...Object.keys(SECTION_READERS), APP, JOB].includes(type.toLowerCase());
}

function isChild({ type }: LiveResource): boolean {
  return type.split('/').length > 2;
}

/** What was pushed into the group's own registry was built from something that the group does not know. */
function builtImages(group: LiveGroup, services: readonly (readonly [string, JsonObject])[]): Draft['comments'] {
  const servers = ofType(group, REGISTRY).map(({ name }) => `${name.toLowerCase()}.`);
  return services.flatMap(([key, { image }]) =>
    servers.some((server) => String(image).toLowerCase().startsWith(server))
      ? [{ path: ['services', key, 'image'], text: '`dockerfile: PATH` in its place builds it from its sources' }]
      : [],
  );
}

/** Jobs that a deployment makes beside a service. */
function isBeside(job: string, services: readonly (readonly [string, JsonObject])[]): boolean {
  return services.some(([, { name }]) => `${String(name)}-migrate` === job || `${String(name)}-smoke` === job);
}

function told({ type, name }: LiveResource, text: string): Leftover {
  return { file: type, key: name, text };
}

function ofType({ resources }: LiveGroup, type: string): readonly LiveResource[] {
  return resources.filter((one) => one.type.toLowerCase() === type);
}

function environmentOf(body: JsonObject): string {
  const properties = new Reading(body);
  const id = properties.text('properties.environmentId') ?? properties.text('properties.managedEnvironmentId');
  return (id ?? '').toLowerCase();
}

/** Those of the user, which everything that is made has. */
function tagsOf({ body: { tags } }: LiveResource): JsonObject {
  const own = Object.entries(isJsonObject(tags) ? tags : {}).filter(([name]) => !isOurTag(name));
  return own.length > 0 ? { tags: Object.fromEntries(own) } : {};
}

/** `East US` → `eastus` */
function regionOf({ location }: JsonObject): string | undefined {
  return typeof location === 'string' ? location.toLowerCase().replaceAll(' ', '') : undefined;
}

const PLACES: Readonly<Record<string, string>> = {
  'microsoft.operationalinsights/workspaces': 'monitoring',
  'microsoft.containerregistry/registries': 'container_registry',
  'microsoft.keyvault/vaults': 'key_vault',
  'microsoft.dbforpostgresql/flexibleservers': 'postgresql',
  'microsoft.cache/redis': 'redis',
  'microsoft.cache/redisenterprise': 'redis',
  'microsoft.storage/storageaccounts': 'storage',
};

/** Where something is elsewhere than the environment. */
function locations(group: LiveGroup, environment: LiveResource): JsonObject {
  const usual = regionOf(environment.body);
  const others = group.resources.flatMap((one): [string, string][] => {
    const [key, region] = [PLACES[one.type.toLowerCase()], regionOf(one.body)];
    return key === undefined || region === undefined || region === usual ? [] : [[key, region]];
  });
  if (group.location !== usual) others.push(['resource_group', group.location]);
  return others.length > 0 ? { locations: Object.fromEntries(others) } : {};
}

/** By what a deployment, or the original script, calls things; it is the beginning of names that are given to new ones. */
function projectName(group: LiveGroup): string {
  const named = [...ofType(group, IDENTITY), ...ofType(group, 'microsoft.operationalinsights/workspaces')];
  const project = named.flatMap(({ name }) => /^(.+)-(?:identity|logs)$/.exec(name)?.[1] ?? [])[0];
  return project ?? group.name.replace(/[-_]?(?:rg|resourcegroup)$/i, '').toLowerCase();
}
