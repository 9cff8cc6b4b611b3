import { describe, expect, it } from 'vitest';
import type { ParsedConfig, ServiceConfig } from '../../../../src/domain/config/model.ts';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { exampleConfig } from '../../../helpers/example-config.ts';

const FOREIGN = `
azure: { resource_group: shop-rg, location: eastus, project_name: shop }
key_vault: { name: shop-kv }
services:
  api_gateway: { image: "nginx:1", port: 80 }
  rabbitmq: { image: "rabbitmq:3", port: 5672, transport: tcp }
  qdrant: { image: "qdrant/qdrant:v1", port: 6333 }
`;

function parsed(text: string): ParsedConfig {
  const result = parseConfig(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed;
}

const servicesOf = ({ config: { services } }: ParsedConfig): readonly ServiceConfig[] => [
  ...services.application,
  ...services.infrastructure,
];

describe('the defaults of DraftGenie', () => {
  it('are not for other applications with services of its keys', () => {
    const found = parsed(FOREIGN);
    for (const { env, healthPath, migration, transport, key } of servicesOf(found)) {
      expect({ env, healthPath, migration }).toEqual({ env: {}, healthPath: undefined, migration: undefined });
      expect(transport).toBe(key === 'rabbitmq' ? 'tcp' : 'http');
    }
    expect(found.warnings).toEqual([]);
  });

  it('are for them where the file says so', () => {
    const text = FOREIGN.replace('api_gateway', 'draft_service').replace(', transport: tcp', '');
    const keys = servicesOf(
      parsed(`defaults: draftgenie\npostgresql: {}\nsecrets: { gemini_api_key: "env:G" }\n${text}`),
    );
    expect(keys.find(({ key }) => key === 'draft_service')).toMatchObject({ healthPath: '/health' });
    expect(keys.find(({ key }) => key === 'rabbitmq')).toMatchObject({
      transport: 'tcp',
      env: { RABBITMQ_DEFAULT_PASS: { kind: 'secret', name: 'RABBITMQ-PASSWORD' } },
    });
  });

  it('are for its five services together; without one of them it is told what to write', async () => {
    const example = await exampleConfig();
    const envOf = (text: string) => servicesOf(parsed(text)).find(({ key }) => key === 'speaker_service')?.env;
    expect(envOf(example)).toHaveProperty('DATABASE_URL');
    expect(envOf(`defaults: none\n${example}`)).toEqual({});
    const four = example.replace(/ {2}rag_service:\n.*\n/, '');
    expect(envOf(four)).toEqual({});
    expect(
      parsed(four)
        .warnings.map(({ message }) => message)
        .join(),
    ).toContain('"defaults: draftgenie"');
    expect(
      parsed(`defaults: none\n${four}`)
        .warnings.map(({ message }) => message)
        .join(),
    ).not.toContain('defaults');
  });
});
