import { NAME_RULES, type NameRule } from '../name-rules.ts';
import { parseGitAddress } from './git-address.ts';
import type { DeploymentConfig, ServiceConfig } from './model.ts';
import { COMPOSED_SECRETS, SecretName } from './secrets.ts';
import { suggestion } from './unknown-keys.ts';

interface RuleProblem {
  /** As the user writes it. */
  readonly path: string;
  readonly message: string;
}

type Rule = (config: DeploymentConfig) => readonly RuleProblem[];

const problem = (path: string, message: string): RuleProblem => ({ path, message });
const all = ({ services }: DeploymentConfig): readonly ServiceConfig[] => [
  ...services.application,
  ...services.infrastructure,
];

/** What Azure would refuse, or would misunderstand, in a configuration that fits the schema. */
export const RULES: readonly Rule[] = [
  requiredValues,
  resourceNames,
  regions,
  databaseUser,
  databaseSku,
  redisSize,
  serviceNames,
  serviceSizes,
  serviceIngress,
  servicePaths,
  serviceImages,
  dockerSource,
  serviceReferences,
  secretNames,
  requiredSecrets,
  tagLimits,
  releaseSteps,
  smokeRequests,
];

function requiredValues({ azure, containerRegistry, keyVault }: DeploymentConfig): readonly RuleProblem[] {
  const values: readonly (readonly [string, string, string])[] = [
    ['azure.resource_group', azure.resourceGroup, 'the name of the resource group'],
    ['azure.location', azure.location, 'a region such as eastus (or locations.default)'],
    ['container_registry.name', containerRegistry.name, 'a globally unique name'],
    ['key_vault.name', keyVault.name, 'a globally unique name'],
  ];
  return values.flatMap(([path, value, expected]) => (value === '' ? [problem(path, `is required: ${expected}`)] : []));
}

function resourceNames(config: DeploymentConfig): readonly RuleProblem[] {
  const { azure, containerRegistry, keyVault, monitoring, postgresql, redis, containerApps } = config;
  const rules: readonly (readonly [string, string, NameRule])[] = [
    ['azure.resource_group', azure.resourceGroup, NAME_RULES.resourceGroup],
    ['azure.project_name', azure.projectName, PROJECT_NAME],
    ['container_registry.name', containerRegistry.name, NAME_RULES.containerRegistry],
    ['key_vault.name', keyVault.name, NAME_RULES.keyVault],
    ['monitoring.log_workspace', monitoring.logWorkspace, NAME_RULES.logWorkspace],
    ['monitoring.app_insights', monitoring.appInsights, NAME_RULES.appInsights],
    ['postgresql.server_name', postgresql.serverName, NAME_RULES.postgresqlServer],
    ['postgresql.database_name', postgresql.databaseName, NAME_RULES.postgresqlDatabase],
    ['redis.name', redis.name, NAME_RULES.redis],
    ['container_apps.environment_name', containerApps.environmentName, NAME_RULES.containerAppsEnvironment],
  ];
  return rules.flatMap(([path, value, { pattern, allowed }]) =>
    value === '' || pattern.test(value) ? [] : [problem(path, `found ${JSON.stringify(value)}; allowed: ${allowed}`)],
  );
}

/** Names are made of it. */
const PROJECT_NAME: NameRule = {
  pattern: /^[a-z0-9][a-z0-9-]{1,39}$/,
  allowed: '2 to 40 lower-case letters, digits and hyphens',
};

function regions({ locations }: DeploymentConfig): readonly RuleProblem[] {
  const wrong = [...new Set(Object.values(locations))].filter(
    (location) => location !== '' && !/^[a-z][a-z0-9 ]{2,40}$/i.test(location),
  );
  return wrong.map((location) =>
    problem('azure.location', `found ${JSON.stringify(location)}; allowed: a region such as eastus or westeurope`),
  );
}

const RESERVED_USERS = ['azure_superuser', 'azuresu', 'admin', 'administrator', 'root', 'guest', 'public'];

function databaseUser({ postgresql: { adminUser } }: DeploymentConfig): readonly RuleProblem[] {
  const isReserved = RESERVED_USERS.includes(adminUser.toLowerCase()) || /^pg_/i.test(adminUser);
  if (isReserved)
    return [
      problem(
        'postgresql.admin_user',
        `${JSON.stringify(adminUser)} is reserved by PostgreSQL on Azure; choose another name`,
      ),
    ];
  if (/^[a-zA-Z_]\w{0,62}$/.test(adminUser)) return [];
  return [
    problem(
      'postgresql.admin_user',
      `found ${JSON.stringify(adminUser)}; allowed: a letter or _, then at most 62 letters, digits or _`,
    ),
  ];
}

const STORAGE_SIZES = [32, 64, 128, 256, 512, 1024, 2048, 4095, 4096, 8192, 16384, 32767];
const TIER_OF_SKU: readonly (readonly [RegExp, string])[] = [
  [/^Standard_B\d+m?s$/, 'Burstable'],
  [/^Standard_D\d+/, 'GeneralPurpose'],
  [/^Standard_E\d+/, 'MemoryOptimized'],
];

function databaseSku({ postgresql }: DeploymentConfig): readonly RuleProblem[] {
  const { sku, tier, version, storageSizeInGb } = postgresql;
  const expected = TIER_OF_SKU.find(([pattern]) => pattern.test(sku))?.[1];
  const found: RuleProblem[] = [];
  if (expected === undefined)
    found.push(
      problem(
        'postgresql.sku',
        `found ${JSON.stringify(sku)}; allowed: Standard_B1ms, Standard_B2s, Standard_D2s_v3, Standard_E2ds_v5 and the like`,
      ),
    );
  else if (expected !== tier)
    found.push(problem('postgresql.tier', `${sku} belongs to the tier ${expected}, found ${tier}`));
  if (!/^1[1-9]$/.test(version))
    found.push(
      problem(
        'postgresql.version',
        `found ${JSON.stringify(version)}; allowed: 11 to 19, as far as the region offers it`,
      ),
    );
  if (!STORAGE_SIZES.includes(storageSizeInGb))
    found.push(problem('postgresql.storage_size', `found ${storageSizeInGb}; allowed: ${STORAGE_SIZES.join(', ')}`));
  return found;
}

function redisSize({ redis: { sku, vmSize } }: DeploymentConfig): readonly RuleProblem[] {
  const allowed = sku === 'Premium' ? /^p[1-5]$/ : /^c[0-6]$/;
  return allowed.test(vmSize)
    ? []
    : [
        problem(
          'redis.vm_size',
          `found ${JSON.stringify(vmSize)}; allowed for ${sku}: ${sku === 'Premium' ? 'p1 to p5' : 'c0 to c6'}`,
        ),
      ];
}

function serviceNames(config: DeploymentConfig): readonly RuleProblem[] {
  const seen = new Map<string, string>();
  return all(config).flatMap(({ key, name }) => {
    const path = `services.${key}.name`;
    const other = seen.get(name);
    seen.set(name, key);
    if (other !== undefined) return [problem(path, `${JSON.stringify(name)} is also the name of services.${other}`)];
    const { pattern, allowed } = NAME_RULES.containerApp;
    return pattern.test(name) ? [] : [problem(path, `found ${JSON.stringify(name)}; allowed: ${allowed}`)];
  });
}

function serviceSizes(config: DeploymentConfig): readonly RuleProblem[] {
  return all(config).flatMap(({ key, cpu, memory, minReplicas, maxReplicas }) => {
    const found: RuleProblem[] = [];
    const isStep = Number.isInteger(cpu * 4) && cpu >= 0.25 && cpu <= 4;
    if (!isStep) found.push(problem(`services.${key}.cpu`, `found ${cpu}; allowed: 0.25 to 4 in steps of 0.25`));
    else if (memory !== `${cpu * 2}Gi`)
      found.push(
        problem(`services.${key}.memory`, `found ${JSON.stringify(memory)}; with ${cpu} cpu it must be "${cpu * 2}Gi"`),
      );
    if (minReplicas > maxReplicas)
      found.push(problem(`services.${key}.min_replicas`, `${minReplicas} is more than max_replicas (${maxReplicas})`));
    return found;
  });
}

function serviceIngress(config: DeploymentConfig): readonly RuleProblem[] {
  return all(config).flatMap(({ key, ingress, transport }) =>
    ingress === 'external' && transport === 'tcp'
      ? [
          problem(
            `services.${key}.ingress`,
            'external tcp needs a virtual network, which this deployment does not make; use internal, or transport: http',
          ),
        ]
      : [],
  );
}

function servicePaths(config: DeploymentConfig): readonly RuleProblem[] {
  return all(config).flatMap(({ key, healthPath }) =>
    healthPath === undefined || /^\/[^\s]*$/.test(healthPath)
      ? []
      : [
          problem(
            `services.${key}.health_path`,
            `found ${JSON.stringify(healthPath)}; allowed: a path that begins with /`,
          ),
        ],
  );
}

function serviceImages(config: DeploymentConfig): readonly RuleProblem[] {
  return all(config).flatMap(({ key, image, dockerfile }) =>
    image === undefined && dockerfile === undefined
      ? [
          problem(
            `services.${key}`,
            `needs an image, or a Dockerfile in services.${key}.dockerfile or docker.dockerfiles.${key}`,
          ),
        ]
      : [],
  );
}

function dockerSource({ docker }: DeploymentConfig): readonly RuleProblem[] {
  const address = docker.source === undefined ? undefined : parseGitAddress(docker.source);
  return address && 'problem' in address ? [problem('docker.source', address.problem)] : [];
}

function serviceReferences(config: DeploymentConfig): readonly RuleProblem[] {
  const keys = all(config).map(({ key }) => key);
  return all(config).flatMap(({ key, env }) =>
    Object.entries(env).flatMap(([name, value]) => {
      if (value.kind !== 'service' || keys.includes(value.key)) return [];
      const meant = suggestion(value.key, keys);
      return [
        problem(
          `services.${key}.env.${name}`,
          `there is no service ${JSON.stringify(value.key)}${meant ? `; did you mean ${meant}?` : ''}`,
        ),
      ];
    }),
  );
}

function secretNames(config: DeploymentConfig): readonly RuleProblem[] {
  const names = Object.keys(config.secrets);
  const known = [...names, ...COMPOSED_SECRETS, SecretName.gemini];
  const spelling = names.flatMap((name) =>
    /^[0-9A-Z-]{1,127}$/.test(name) ? [] : [problem(`secrets.${name}`, 'allowed in the key: letters, digits, _ and -')],
  );
  const references = all(config).flatMap(({ key, env }) =>
    Object.entries(env).flatMap(([name, value]) => {
      if (value.kind !== 'secret' || known.includes(value.name)) return [];
      const meant = suggestion(value.name, known);
      return [
        problem(
          `services.${key}.env.${name}`,
          `there is no secret ${value.name}${meant ? `; did you mean ${meant}?` : ''}`,
        ),
      ];
    }),
  );
  const variables = Object.entries(config.secrets).flatMap(([name, setting]) => {
    if (setting.source === 'environment' && !/^[A-Za-z_]\w*$/.test(setting.variable))
      return [problem(`secrets.${name}`, 'after env: the name of an environment variable is expected')];
    if (setting.source === 'vault' && !/^[0-9a-zA-Z-]{1,127}$/.test(setting.name))
      return [problem(`secrets.${name}`, 'after keyvault: the name of a secret is expected')];
    return [];
  });
  return [...spelling, ...references, ...variables];
}

function requiredSecrets(config: DeploymentConfig): readonly RuleProblem[] {
  const users = all(config).filter(({ env }) =>
    Object.values(env).some((value) => value.kind === 'secret' && value.name === SecretName.gemini),
  );
  if (users.length === 0 || config.secrets[SecretName.gemini]) return [];
  const names = users.map(({ key }) => key).join(', ');
  return [
    problem(
      'secrets.gemini_api_key',
      `is required by ${names}: give env:NAME (an environment variable), keyvault:NAME (a secret of the vault), or the key itself`,
    ),
  ];
}

function tagLimits({ tags }: DeploymentConfig): readonly RuleProblem[] {
  const names = Object.keys(tags);
  // Two are ours: managed-by and draftgenie-environment; a third marks who created a resource.
  const tooMany = names.length > 47 ? [problem('tags', `found ${names.length}; at most 47 are allowed`)] : [];
  const wrong = names.flatMap((name) => {
    if (/[<>%&\\?/]/.test(name) || name.length > 512)
      return [problem(`tags.${name}`, 'allowed in a tag name: at most 512 characters, none of < > % & \\ ? /')];
    return (tags[name] ?? '').length > 256 ? [problem(`tags.${name}`, 'at most 256 characters are allowed')] : [];
  });
  return [...tooMany, ...wrong];
}

function releaseSteps({ release: { steps } }: DeploymentConfig): readonly RuleProblem[] {
  const isRising = steps.every((step, index) => index === 0 || step > (steps[index - 1] ?? 0));
  if (isRising && steps.at(-1) === 100) return [];
  return [problem('release.steps', `found ${JSON.stringify(steps)}; allowed: rising percentages that end with 100`)];
}

function smokeRequests(config: DeploymentConfig): readonly RuleProblem[] {
  return all(config).flatMap(({ key, kind, transport, ingress, smoke = [] }) => {
    const path = `services.${key}.smoke`;
    if (smoke.length > 0 && (kind === 'infrastructure' || transport === 'tcp' || ingress === 'none'))
      return [problem(path, 'only an application service that answers http can be asked')];
    return smoke.flatMap((request, index) =>
      /^\/[^\s]*$/.test(request.path)
        ? []
        : [
            problem(
              `${path}.${index}.path`,
              `found ${JSON.stringify(request.path)}; allowed: a path that begins with /`,
            ),
          ],
    );
  });
}
