import { describe, expect, it } from 'vitest';
import type { ServiceConfig } from '../../../../src/domain/config/model.ts';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { resolved } from '../../../../src/domain/references/references.ts';
import { environmentVariables } from '../../../../src/resources/app/workload.ts';
import { deploymentConfig } from '../../../helpers/deployment-config.ts';

const HEAD = `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
container_registry: { name: shopregistry }
key_vault: { name: shop-vault-1 }
`;

const outputs = { read: (...output: readonly string[]) => (output[0] === 'redisPort' ? '10000' : output.join('.')) };
const input = { environment: 'dev', config: deploymentConfig(), outputs };

/** A configuration with these variables of its one service. */
function read(env: string, rest = '') {
  return parseConfig(
    `${HEAD}redis: {}\nservices:\n  web:\n    dockerfile: Dockerfile\n    port: 80\n    env: { ${env} }\n${rest}`,
  );
}

function problems(env: string, rest = ''): readonly string[] {
  const result = read(env, rest);
  return result.ok ? [] : result.problems.map(({ path, message, line }) => `${line} ${path}: ${message}`);
}

function web(env: string): ServiceConfig {
  const result = read(env);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const [service] = result.parsed.config.services.application;
  if (!service) throw new Error('there is no service');
  return service;
}

describe('references', () => {
  it('are filled in however deep they are, with their own type where they are the whole text', () => {
    const body = {
      port: '${{redis.port}}',
      all: ['rediss://${{redis.host}}:${{ redis.port }}', 7, null],
      $: '$${{x}}',
    };
    expect(resolved(body, input)).toEqual({ port: 10000, all: ['rediss://redisHost:10000', 7, null], $: '${{x}}' });
  });

  it('fill in the variables of services as texts', () => {
    const { env } = web(
      'PORT_OF_CACHE: "${{redis.port}}", ME: "${{environment.name}} in ${{azure.location}}", URL: "${{services.web.address}}"',
    );
    const config = deploymentConfig({ services: { infrastructure: [], application: [web('')] } });
    expect(environmentVariables({ ...input, config }, { env })).toEqual([
      { name: 'PORT_OF_CACHE', value: '10000' },
      { name: 'ME', value: 'dev in eastus' },
      { name: 'URL', value: 'https://web.internal.defaultDomain' },
    ]);
  });

  it('that name nothing are told at their place, with the name that was meant', () => {
    expect(problems('A: "${{redis.hots}}"')).toEqual([
      '10 services.web.env.A: nothing is called redis.hots; did you mean redis.host?',
    ]);
    expect(problems('A: "${{services.api.something}}"')[0]).toMatch(
      'nothing is called services.api.something; there is services.web.name, services.web.address, services.web.host',
    );
    expect(problems('A: "${{secret.x}}"')[0]).toMatch(/references begin with environment, azure, /);
    expect(problems('A: "${{redis.host"')[0]).toMatch('has ${{ without }}');
  });

  it('need the section that they name', () => {
    expect(problems('A: "${{postgresql.host}}"', 'postgresql: false')).toEqual([
      '10 services.web.env.A: postgresql.host needs a database server, for which the file does not ask: write "postgresql: {}"',
    ]);
  });

  it('do not make a place for credentials in plain text', () => {
    expect(problems('A: "amqp://me:hunter22@${{redis.host}}"')).toEqual([
      '10 services.web.env.A: has a password or a key in plain text; give it under secrets, and refer to that',
    ]);
  });

  it('are no placeholders that are passed on literally, as others are', () => {
    const result = read('A: "${{redis.host}}", B: "$${{x}}", C: "${HOME}"');
    expect(result.ok && result.parsed.warnings.map(({ path }) => path)).toEqual(['services.web.env.C']);
  });

  it('are not filled in in commands, which is told', () => {
    const job =
      'jobs: { sync: { image: busybox, command: "echo ${X} ${{azure.location}}", args: ["${Y}", "${{x"] } }\n';
    const result = read('A: b', job);
    expect(result.ok && result.parsed.warnings).toMatchObject([
      {
        path: 'jobs.sync.command',
        message: '${{ is passed on literally: nothing is filled in here [literal_reference]',
      },
      { path: 'jobs.sync.args.1' },
    ]);
  });

  it('name where a storage account answers, as far as it does', () => {
    const standard = 'storage: { account: shopfiles }\n';
    expect(problems('FILES: "${{storage.file_endpoint}}", BLOBS: "${{storage.blob_endpoint}}"', standard)).toEqual([]);
    expect(
      problems('BLOBS: "${{storage.blob_endpoint}}"', 'storage: { account: shopfiles, sku: Premium_LRS }\n'),
    ).toEqual([expect.stringContaining('storage.blob_endpoint')]);
    expect(resolved('at ${{storage.blob_endpoint}}', input)).toBe('at storageBlobEndpoint');
  });
});
