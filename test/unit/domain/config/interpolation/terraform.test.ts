import { describe, expect, it } from 'vitest';
import { filesToRead, parseConfig } from '../../../../../src/domain/config/parse.ts';
import { outputsOfState, statesOf, type TerraformStates } from '../../../../../src/domain/terraform/outputs.ts';

const HEAD = `azure: { resource_group: rg, location: eastus, project_name: shop }
key_vault: { name: shop-kv }
terraform: { network: { state: network.tfstate }, db: { outputs: db.json } }
`;
const SUBNET = '/subscriptions/0a/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub/subnets/apps';
const STATES: TerraformStates = {
  network: outputsOfState(
    JSON.stringify({
      version: 4,
      outputs: {
        subnet_id: { value: SUBNET, type: 'string' },
        port: { value: 8080, type: 'number' },
        zones: { value: { first: ['a', 'b'] }, type: ['object', {}] },
        braces: { value: '${{azure.location}}', type: 'string' },
        key: { value: 'postgres://u:hush-hush-1@h/d', type: 'string' },
      },
    }),
  ),
  db: { ok: true, outputs: { password: { value: 'Hush-hush-2', isSensitive: true } } },
};

function read(lines: string, terraform: TerraformStates | undefined = STATES) {
  return parseConfig(HEAD + lines, { terraform });
}

function problems(lines: string, ...states: [TerraformStates | undefined] | []): readonly string[] {
  const result = states.length > 0 ? parseConfig(HEAD + lines, { terraform: states[0] }) : read(lines);
  return result.ok ? [] : result.problems.map(({ path, message, line }) => `${line} ${path}: ${message}`);
}

const web = (rest: string): string => `services:\n  web: { image: "web:1", ${rest} }\n`;

describe('outputs of Terraform in a configuration', () => {
  it('are filled in wherever a value stands, with their own type where they are the whole of it', () => {
    const result = read(
      `container_apps: { subnet: "\${{terraform.network.subnet_id}}" }\n${web(
        'port: "${{terraform.network.port}}", env: { P: "${{terraform.network.port}}", Z: "${{terraform.network.zones.first.1}} in ${{azure.location}}, $${{as.written}}" }',
      )}`,
    );
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const { containerApps, services } = result.parsed.config;
    expect(containerApps.subnet).toBe(SUBNET);
    expect(services.infrastructure[0]).toMatchObject({
      port: 8080,
      env: {
        P: { kind: 'plain', value: '8080' },
        Z: { kind: 'reference', text: 'b in ${{azure.location}}, $${{as.written}}' },
      },
    });
  });

  it('are no part of a deployment as long as nothing names them', () => {
    const [one, other] = [read(web('')), read(web(''), statesOf({ network: { port: 1 }, db: {} }))];
    expect(one.ok && one.parsed.digest).toBe(other.ok && other.parsed.digest);
  });

  it('that are sensitive are the values of secrets, stay in memory, and stand nowhere else', () => {
    const result = read(`secrets: { pg: "\${{terraform.db.password}}" }\n${web('env: { PG: { secret: pg } }')}`);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    expect(result.parsed.literals).toEqual(new Map([['secrets.pg', 'Hush-hush-2']]));
    expect(JSON.stringify([result.parsed.config, result.source.raw, result.source.filled])).not.toContain('Hush-hush');
    expect(problems(web('env: { PG: "${{terraform.db.password}}" }'))).toEqual([
      '5 services.web.env.PG: is a sensitive output, and cannot be named here; give it a name under secrets, and refer to that',
    ]);
    expect(problems(`secrets: { url: "x\${{terraform.db.password}}" }\n${web('')}`)).toEqual([
      '4 secrets.url: terraform.db.password is sensitive: it is the whole value of a key under secrets, or nothing',
    ]);
  });

  it('that are not marked as sensitive are no secrets, and what looks like one is refused without its value', () => {
    const told = [
      ...problems(`secrets: { net: "\${{terraform.network.subnet_id}}" }\n${web('')}`),
      ...problems(web('env: { A: "${{terraform.network.key}}" }')),
      ...problems(web('env: { A_PASSWORD: "${{terraform.network.subnet_id}}" }')),
    ];
    expect(told).toEqual([
      '4 secrets.net: is a secret, and is not filled in; mark terraform.network.subnet_id as sensitive',
      '5 services.web.env.A: terraform.network.key looks like a secret; mark the output as sensitive, and name it under secrets',
      '5 services.web.env.A_PASSWORD: looks like a secret, and would be stored with the configuration; write "subnet_id: ${{terraform.network.subnet_id}}" under secrets, marked as sensitive, and {secret: subnet_id} here',
    ]);
    expect(told.join()).not.toContain('hush');
  });

  it('that are not there are told with what is', () => {
    expect(
      [
        web('env: { A: "${{terraform.netwrk.port}}" }'),
        web('env: { A: "${{terraform.network.prt}}" }'),
        web('env: { A: "${{terraform.network.zones.second}}" }'),
        web('env: { A: "x${{terraform.network.zones}}" }'),
        web('env: { A: "${{terraform.network.braces}}" }'),
      ].flatMap((lines) => problems(lines)),
    ).toEqual([
      '5 services.web.env.A: there is no "netwrk" under terraform; did you mean network?',
      '5 services.web.env.A: terraform.network has no output "prt"; did you mean port?',
      '5 services.web.env.A: the output zones of terraform.network has no "second"; there is first',
      '5 services.web.env.A: terraform.network.zones is no text, and can stand for a whole value only',
      '5 services.web.env.A: terraform.network.braces has ${{ in it',
    ]);
  });

  it('cannot be had by who may not read states, and of a state that cannot be read', () => {
    const lines = web('env: { A: "${{terraform.network.port}}" }');
    expect(problems(lines, undefined)).toEqual([
      expect.stringMatching(
        /^5 services\.web\.env\.A: is an output of a state, and states are read by the command line/,
      ),
    ]);
    expect(problems(lines, { network: { ok: false, problem: 'is encrypted' }, db: STATES.db as never })).toEqual([
      '3 terraform.network: is encrypted',
    ]);
    expect(problems(web(''), undefined)).toEqual([]);
  });

  it('are looked for where the file says, after its overlays and variables', () => {
    const text = `interpolate: true
environments: { staging: { terraform: { network: { state: "\${WHERE}.tfstate" } } } }
${HEAD}${web('')}`;
    const variables = (name: string): string | undefined => (name === 'WHERE' ? 'there' : undefined);
    expect(filesToRead(text, { environment: 'staging', variables }).terraform).toEqual({
      network: { state: 'there.tfstate' },
      db: { outputs: 'db.json' },
    });
    expect(problems(`${web('')}`.replace('services', 'x-none: {}\nservices'))).toEqual([]);
    const twice = parseConfig(HEAD.replace('outputs: db.json', 'outputs: db.json, state: s') + web(''), {
      terraform: STATES,
    });
    expect(twice.ok ? [] : twice.problems.map(({ message }) => message)).toEqual([
      'has to say one of state, outputs and azurerm',
    ]);
  });
});
