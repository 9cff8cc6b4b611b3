import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ConfigProblem, ParsedConfig } from '../../../../src/domain/config/model.ts';
import { parseConfig } from '../../../../src/domain/config/parse.ts';

const textOf = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/configs/cases/${name}.yaml`, import.meta.url), 'utf8');

function parsed(name: string): ParsedConfig {
  const result = parseConfig(textOf(name));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed;
}

/** Each problem with the text at its place. */
function problems(name: string): readonly string[] {
  const result = parseConfig(textOf(name));
  return result.ok ? [] : result.problems.map((problem) => `${problem.path}: ${problem.message}`);
}

function places(name: string): readonly string[] {
  const lines = textOf(name).split('\n');
  const at = ({ line = 0, column = 0 }: ConfigProblem) => lines[line - 1]?.slice(column - 1).split(/:(?: |$)/)[0] ?? '';
  const result = parseConfig(textOf(name));
  return result.ok ? [] : result.problems.map(at);
}

describe('configurations as people write them', () => {
  it('01: a variable arrives as it stands in the file', () => {
    const env = parsed('01-env-numbers').config.services.application[0]?.env ?? {};
    const values = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, value.kind === 'plain' ? value.value : value]),
    );
    expect(values).toEqual({
      APP_VERSION: '1.10',
      CHANNEL_ID: '1098765432109876543',
      BIG: '12345678901234567890',
      ZIP: '01234',
      SHA: '25921e05',
      MODE: '0755',
      HEX: '0x1F',
      OCT: '0o17',
      MILLION: '1000000',
      HUGE: '1e21',
      T: 'yes',
      O: 'on',
      N: 'no',
      TRUE: 'True',
      DATE: '2024-01-02',
      TIME: '12:30',
      EMPTY: '',
      UNDER: '1_000',
      NEG: '-0',
      PLUS: '+49',
      F: '5.0',
    });
  });

  it.each(['null', '~', '', 'Null'])('01: a variable that is %j switches its default off', (nothing) => {
    const text = `defaults: draftgenie\n${textOf('02-merge-keys')}  rabbitmq: { port: 5672, image: rabbitmq:3, env: { RABBITMQ_DEFAULT_USER: ${nothing} } }\n`;
    const result = parseConfig(text);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    expect(Object.keys(result.parsed.config.services.infrastructure[0]?.env ?? {})).toEqual(['RABBITMQ_DEFAULT_PASS']);
  });

  it('02: merge keys give a service what it does not say itself', () => {
    const { config, warnings } = parsed('02-merge-keys');
    expect(config.services.application[0]).toMatchObject({
      cpu: 2,
      memory: '4Gi',
      minReplicas: 2,
      maxReplicas: 6,
      ingress: 'external',
      port: 8080,
    });
    expect(warnings).toEqual([]);
    expect(config.written).toContain('services.web.cpu');
  });

  it('02b: merge keys give variables, as they stand in the file', () => {
    const text = textOf('02b-merge-env')
      .replace('FEATURE: "1"', 'FEATURE: 1.0')
      .replace('<<: *e', '<<: [*e, {ZIP: 01}]');
    const result = parseConfig(text);
    expect(result.ok && result.parsed.config.services.application[0]?.env).toEqual({
      LOG_LEVEL: { kind: 'plain', value: 'debug' },
      FEATURE: { kind: 'plain', value: '1.0' },
      ZIP: { kind: 'plain', value: '01' },
      MINE: { kind: 'plain', value: 'a' },
    });
  });

  it('04: names of variables that Azure refuses are refused where they stand', () => {
    expect(problems('04-env-names')).toEqual([
      'services.web.env.ConnectionStrings:Default: found the name "ConnectionStrings:Default"; allowed: [-._a-zA-Z][-._a-zA-Z0-9]*; .NET reads "ConnectionStrings__Default" as the same name',
      ...['1ABC', 'MY VAR', 'A=B', 'Ünïcode', ''].map(
        (name) => `services.web.env.${name}: found the name "${name}"; allowed: [-._a-zA-Z][-._a-zA-Z0-9]*`,
      ),
    ]);
    expect(places('04-env-names')).toEqual([
      '"ConnectionStrings:Default"',
      '"1ABC"',
      '"MY VAR"',
      '"A=B"',
      '"Ünïcode"',
      '""',
    ]);
  });

  it('05: two keys that become one secret of the vault are refused, and both are named', () => {
    expect(problems('05-secret-collide')).toEqual([
      'secrets.DB-PASSWORD: becomes the secret DB-PASSWORD of the vault, and so does secrets.db_password; keep one of them',
    ]);
    const text = textOf('05-secret-collide').replace('DB-PASSWORD: "env:B"', 'postgres_password: "env:B"');
    const result = parseConfig(`${text}postgresql: { admin_password: "env:C" }\n`);
    expect(result.ok ? [] : result.problems).toMatchObject([
      { path: 'postgresql.admin_password', message: expect.stringContaining('so does secrets.postgres_password') },
    ]);
  });

  it('05: a key that is empty is no other secret', () => {
    expect(parseConfig(textOf('05-secret-collide').replace('"env:B"', '""')).ok).toBe(true);
  });

  it('08: logins and databases that Azure keeps for itself are refused', () => {
    expect(problems('08-pg-reserved')).toEqual([
      'postgresql.admin_user: "azure_pg_admin" is reserved by PostgreSQL on Azure; choose another name',
      'postgresql.database_name: "azure_maintenance" is reserved by PostgreSQL on Azure; choose another name',
    ]);
  });

  it('09: the ports of http are refused for tcp', () => {
    expect(problems('09-tcp-ports')).toEqual([
      'services.one.port: 443 cannot be exposed with transport: tcp; choose another port, or http',
      'services.two.port: 80 cannot be exposed with transport: tcp; choose another port, or http',
    ]);
    expect(parseConfig(textOf('09-tcp-ports').replaceAll('transport: tcp', 'transport: tcp, ingress: none')).ok).toBe(
      true,
    );
  });

  it('10: what looks like a placeholder is refused where it can be nothing else, and else passed on literally, and said to be', () => {
    expect(problems('10-interpolate')).toEqual([
      'services.web.image: found "x.azurecr.io/web:${TAG}": nothing is filled in; write the tag itself, or "interpolate: true" at the top',
    ]);
    expect(places('10-interpolate')).toEqual(['"x.azurecr.io/web:${TAG}", env']);
    const result = parseConfig(textOf('10-interpolate').replace('${TAG}', '1.0'));
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const { config, warnings } = result.parsed;
    expect(config.services.application[0]?.env.API).toEqual({ kind: 'plain', value: 'https://${HOST}/api' });
    expect(warnings.map(({ path, message }) => `${path}: ${message}`)).toEqual(
      ['env.API', 'env.PW'].map(
        (key) =>
          `services.web.${key}: \${ is passed on literally: "interpolate: true" fills variables in, and $$ is a $ then [literal_reference]`,
      ),
    );
  });
});
