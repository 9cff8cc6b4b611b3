import { describe, expect, it } from 'vitest';
import type { DeploymentConfig } from '../../../../../src/domain/config/model.ts';
import { renamed } from '../../../../../src/domain/config/overlay/made-from.ts';
import { type ParseOptions, parseConfig } from '../../../../../src/domain/config/parse.ts';

const FILE = `azure: { resource_group: shop-rg, location: eastus, project_name: shop }
key_vault: { name: shop-kv }
container_registry: { name: shopacr }
postgresql: {}
redis: { name: shop-cache }
storage: { account: shopfiles }
services: { web: { image: "web:1", port: 80, ingress: external, env: { NAME: "\${{environment.name}}" } } }
environments:
  staging:
    azure: { resource_group: shop-staging }
    key_vault: { name: shop-staging-kv }
    storage: { account: shopstagingfiles }
    services: { web: { env: { LEVEL: debug }, domains: [staging.example.org] } }
`;
const PR: ParseOptions = { environment: 'pr-7', from: 'staging' };

function configOf(text: string, options: ParseOptions): DeploymentConfig {
  const result = parseConfig(text, options);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed.config;
}

function messages(text: string, options: ParseOptions): readonly string[] {
  const result = parseConfig(text, options);
  const found = result.ok ? result.parsed.warnings : result.problems;
  return found.map(({ path, message }) => `${path}: ${message}`);
}

function namesOf(config: DeploymentConfig): readonly (string | undefined)[] {
  const { azure, keyVault, containerRegistry, postgresql, redis, storage } = config;
  return [
    azure.resourceGroup,
    keyVault.name,
    containerRegistry.name,
    postgresql.serverName,
    redis.name,
    storage?.account,
  ];
}

describe('an environment that is made from another one', () => {
  it('has the overlay of that one, and no name of it', () => {
    const config = configOf(FILE, PR);
    expect(config.services.infrastructure[0]?.env).toMatchObject({ LEVEL: { value: 'debug' } });
    expect(config.naming).toEqual({ environment: 'pr-7', from: 'staging', resources: ['postgresql', 'redis'] });
    expect(namesOf(config)).toEqual([
      'shop-pr-7',
      'shop-pr-7-kv',
      'shopacrpr7',
      'shop-postgres-pr-7',
      'shop-cache-pr-7',
      'shoppr7files',
    ]);
    const [own, others] = [namesOf(config), namesOf(configOf(FILE, { environment: 'staging' }))];
    expect(own.filter((name) => others.includes(name))).toEqual([]);
  });

  it('can be made from the file itself, also where that lists no environments', () => {
    const [plain = ''] = FILE.split('environments:');
    for (const text of [plain, FILE])
      expect(namesOf(configOf(text, { ...PR, from: 'default' })).slice(0, 2)).toEqual(['shop-rg-pr-7', 'shop-kv-pr-7']);
  });

  it('goes without the names under which the other one answers, and says so', () => {
    expect(configOf(FILE, PR).services.infrastructure[0]?.domains).toBeUndefined();
    expect(messages(FILE, PR)).toEqual([
      'environments.staging.services.web.domains.0: staging.example.org answers for staging; pr-7 goes without it, unless a variable puts pr-7 into the name [domain_of_another]',
    ]);
  });

  it('takes names that a variable made its own as they are', () => {
    const [plain = ''] = FILE.split('environments:');
    const text = `interpolate: true
${plain}environments:
  staging:
    azure: { resource_group: "shop-\${BRANCH}" }
    key_vault: { name: "\${TEAM}-kv" }
    services: { web: { domains: ["\${BRANCH}.example.org"] } }
`;
    const config = configOf(text, { ...PR, variables: (name) => (name === 'BRANCH' ? 'pr-7' : 'blue') });
    expect(namesOf(config).slice(0, 2)).toEqual(['shop-pr-7', 'blue-kv-pr-7']);
    expect(config.services.infrastructure[0]?.domains?.[0]?.name).toBe('pr-7.example.org');
  });

  it('warns of resources of any type whose names are those of the other one', () => {
    const of = (name: string): string => `resources:
  bus: { type: Microsoft.ServiceBus/namespaces, api_version: 2024-01-01, name: "${name}", body: {} }
  orders: { type: Microsoft.ServiceBus/namespaces/queues, api_version: 2024-01-01, parent: bus, name: orders }
${FILE.replace(', domains: [staging.example.org]', '')}`;
    expect(messages(of('shop-bus'), PR)).toEqual([
      expect.stringMatching(
        /^resources\.bus\.name: shop-bus is what staging calls it, too; .* \$\{\{environment\.name\}\}/,
      ),
    ]);
    expect(messages(of('shop-bus-${{environment.name}}'), PR)).toEqual([]);
  });

  it('gets no subnet of another one', () => {
    const subnet =
      '/subscriptions/7dbb0b6f-ae3a-4a49-a3ee-ebbf6f1b6f0a/resourceGroups/n/providers/Microsoft.Network/virtualNetworks/v/subnets/s';
    const of = (value: string) =>
      FILE.replace('postgresql: {}', `postgresql: {}\ncontainer_apps: { subnet: "${value}" }`);
    expect(messages(of(subnet), PR)).toEqual([
      expect.stringMatching(/^container_apps\.subnet: is for staging alone; pr-7 needs one of its own/),
    ]);
    const filled = { ...PR, variables: () => subnet };
    expect(configOf(`interpolate: true\n${of('$' + '{SUBNET}')}`, filled).containerApps.subnet).toBe(subnet);
  });

  it.each([
    [{ environment: 'pr-7', from: 'stagin' }, /has no environment stagin; .* did you mean staging\?/],
    [{ environment: 'staging', from: 'staging' }, /staging is made from the file itself/],
    [{ environment: 'default', from: 'staging' }, /default is made from the file itself/],
    [{ environment: 'staging', from: 'default' }, /staging has an overlay of its own; leave --from out/],
    [{ environment: 'pr-7' }, /has no environment pr-7; there are: default, staging; .* --from staging/],
  ])('is refused: %j', (options, message) => {
    expect(messages(FILE, options).join('\n')).toMatch(message);
  });

  it('has the overlay that a file beside the configuration has of the other one', () => {
    const [plain = ''] = FILE.split('environments:');
    const overlay = { file: 'c.staging.yaml', text: 'azure: { resource_group: ours }' };
    expect(configOf(plain, { ...PR, overlay }).azure.resourceGroup).toBe('ours-pr-7');
    expect(messages(FILE, { ...PR, overlay })[0]).toContain('stands here and in c.staging.yaml');
  });
});

describe('a name in the place of another', () => {
  const vault = { length: 24, hasHyphens: true };
  it('is put where the other one was, or at the end', () => {
    const origin = { environment: 'pr-7', from: 'staging' };
    expect(renamed('Staging_RG', origin, { length: 90, hasHyphens: true })).toBe('pr-7_RG');
    expect(renamed('prestaging', origin, { length: 90, hasHyphens: true })).toBe('prestaging-pr-7');
  });

  it('is cut where it gets too long, and no two are cut to the same', () => {
    const names = Array.from({ length: 200 }, (_, index) =>
      renamed('a-shop-of-many-things', { environment: `feature-${index}`, from: 'staging' }, vault),
    );
    expect(new Set(names).size).toBe(200);
    for (const name of names) expect(name).toMatch(/^[a-z](?:[a-z0-9]|-(?!-)){1,22}[a-z0-9]$/);
  });
});
