import { sha256 } from '../../../shared/json.ts';
import { referencesIn } from '../../references/reference-text.ts';
import type { DeploymentConfig, ServiceConfig } from '../model.ts';
import { problem, type RuleProblem, type RuleWarning, warning } from '../rules/rule.ts';

/** An environment that has no overlay of its own, and the one whose overlay it has instead. */
export interface Origin {
  readonly environment: string;
  readonly from: string;
  /** Whether variables decide the value at a path, so that each environment may have another. */
  readonly isFilledIn: (path: readonly string[]) => boolean;
}

export interface MadeFrom {
  readonly config: DeploymentConfig;
  readonly problems: readonly RuleProblem[];
  readonly warnings: readonly RuleWarning[];
}

/**
 * The configuration of such an environment. What belongs to one environment alone is not taken from the other one: names that must
 * be free have its own name in them, names under which services answer stay where they are, and a subnet is refused.
 */
export function madeFrom(config: DeploymentConfig, origin: Origin): MadeFrom {
  const { application, infrastructure } = config.services;
  const withOwnDomains = (service: ServiceConfig): ServiceConfig => ownDomains(service, origin);
  return {
    config: {
      ...withOwnNames(config, origin),
      services: { application: application.map(withOwnDomains), infrastructure: infrastructure.map(withOwnDomains) },
    },
    problems: subnetOfAnother(config, origin),
    warnings: [
      ...[...application, ...infrastructure].flatMap((service) => domainsOfAnother(service, origin)),
      ...namesInBoth(config, origin),
    ],
  };
}

/**
 * How long a name may be, and whether it may have hyphens: domain/name-rules.ts. A group is in the list since it is of one
 * environment; what must be free in its group only is not.
 */
function withOwnNames(config: DeploymentConfig, origin: Origin): DeploymentConfig {
  const { azure, keyVault, containerRegistry, postgresql, redis, storage } = config;
  const own = (key: string, name: string, length: number, hasHyphens = true): string =>
    name === '' || isOwn(name, key.split('.'), origin) ? name : renamed(name, origin, { length, hasHyphens });
  return {
    ...config,
    azure: { ...azure, resourceGroup: own('azure.resource_group', azure.resourceGroup, 90) },
    keyVault: { ...keyVault, name: own('key_vault.name', keyVault.name, 24) },
    containerRegistry: {
      ...containerRegistry,
      name: own('container_registry.name', containerRegistry.name, 50, false),
    },
    postgresql: { ...postgresql, serverName: own('postgresql.server_name', postgresql.serverName, 63) },
    redis: { ...redis, name: own('redis.name', redis.name, 60) },
    ...(storage && { storage: { ...storage, account: own('storage.account', storage.account, 24, false) } }),
  };
}

/** A variable has put this environment's name into it. */
function isOwn(text: string, path: readonly string[], { environment, isFilledIn }: Origin): boolean {
  if (!isFilledIn(path)) return false;
  return [environment, withoutHyphens(environment)].some((name) => text.toLowerCase().includes(name));
}

interface Shape {
  readonly length: number;
  readonly hasHyphens: boolean;
}

/**
 * `shop-staging-kv` → `shop-pr-7-kv`, `shop-kv` → `shop-kv-pr-7`: this environment's name in the place of the other one's, else at the
 * end. What gets too long is cut, and ends in a digest, so that no two environments meet.
 */
export function renamed(
  name: string,
  { environment, from }: Pick<Origin, 'environment' | 'from'>,
  { length, hasHyphens }: Shape,
): string {
  const own = hasHyphens ? environment.replace(/-+/g, '-').replace(/-$/, '') : withoutHyphens(environment);
  const theirs = hasHyphens ? `(?<![a-z0-9])${from}(?![a-z0-9])` : withoutHyphens(from);
  const found = new RegExp(theirs, 'i').exec(name);
  const joined = `${name}${hasHyphens ? '-' : ''}${own}`;
  const full = found ? `${name.slice(0, found.index)}${own}${name.slice(found.index + found[0].length)}` : joined;
  if (full.length <= length) return full;
  const digest = sha256(`${name} ${environment}`).slice(0, 8);
  const end = hasHyphens ? `-${digest}` : digest;
  return `${full.slice(0, length - end.length).replace(/[^a-z0-9]+$/i, '')}${end}`;
}

function withoutHyphens(name: string): string {
  return name.replaceAll('-', '');
}

/** One name answers in one place: https://learn.microsoft.com/azure/container-apps/custom-domains-managed-certificates */
function ownDomains(service: ServiceConfig, origin: Origin): ServiceConfig {
  const { domains, ...rest } = service;
  const own = (domains ?? []).filter(({ name }, index) => isOwnDomain(name, service, index, origin));
  return own.length === 0 ? rest : { ...rest, domains: own };
}

function domainsOfAnother(service: ServiceConfig, origin: Origin): readonly RuleWarning[] {
  return (service.domains ?? []).flatMap(({ name }, index) =>
    isOwnDomain(name, service, index, origin)
      ? []
      : [
          warning(
            domainPath(service, index),
            'domain_of_another',
            `${name} answers for ${origin.from}; ${origin.environment} goes without it, unless a variable puts ${origin.environment} into the name`,
          ),
        ],
  );
}

function isOwnDomain(name: string, service: ServiceConfig, index: number, origin: Origin): boolean {
  const path = domainPath(service, index);
  return isOwn(name, path, origin) || isOwn(name, [...path, 'name'], origin);
}

function domainPath({ key }: ServiceConfig, index: number): readonly string[] {
  return ['services', key, 'domains', String(index)];
}

/** Only Azure knows of which types names must be free outside of their group, too. */
function namesInBoth({ resources = {} }: DeploymentConfig, origin: Origin): readonly RuleWarning[] {
  return Object.entries(resources).flatMap(([key, { name, parent, scope }]) => {
    const path = ['resources', key, 'name'];
    const isInOther = parent !== undefined || scope !== undefined;
    if (isInOther || referencesIn(name).includes('environment.name') || isOwn(name, path, origin)) return [];
    const message = `${name} is what ${origin.from} calls it, too; where it must be free in all of Azure, write \${{environment.name}} into it`;
    return [warning(path, 'name_of_another', message)];
  });
}

/** A subnet is dedicated to one environment: https://learn.microsoft.com/azure/container-apps/custom-virtual-networks#subnet */
function subnetOfAnother({ containerApps }: DeploymentConfig, origin: Origin): readonly RuleProblem[] {
  const key = 'container_apps.subnet';
  if (containerApps.subnet === undefined || origin.isFilledIn(key.split('.'))) return [];
  const { environment, from } = origin;
  return [
    problem(key, `is for ${from} alone; ${environment} needs one of its own: let a variable name it, \${SUBNET}`),
  ];
}
