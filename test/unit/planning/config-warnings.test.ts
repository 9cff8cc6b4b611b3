import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/domain/config/parse.ts';
import { configWarnings } from '../../../src/planning/config-warnings.ts';

function warnings(services: string): readonly string[] {
  const result = parseConfig(`
azure: { resource_group: shop-rg, location: westeurope }
key_vault: { name: shop-vault-1 }
storage: { account: shopfiles, shares: { data: {} } }
services:
${services}`);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return configWarnings(result.parsed.config).filter((one) => !one.includes('replaced as soon as'));
}

const SHARE = 'volumes: { data: { share: data } }, mounts: { /var/lib/rabbitmq/mnesia: data }';

describe('what holds data without a share', () => {
  it('is told once, with what keeps data and what cannot', () => {
    expect(warnings('  queue: { image: "rabbitmq:4" }\n  vectors: { image: "qdrant/qdrant" }')).toEqual([
      'What queue and vectors write lies in the container and goes with it: it is not persistent. A file share keeps it (storage.shares, and volumes of the service), though not that of vectors; so does a managed service. [data_in_container]',
    ]);
  });

  it('is told of one alone', () => {
    expect(warnings('  queue: { image: "rabbitmq:4" }')[0]).toMatch(/^What queue writes lies in the container/);
  });

  it('is nothing to tell of where it has one, but that RabbitMQ has to know its folder again', () => {
    expect(warnings(`  queue: { image: "rabbitmq:4", ${SHARE} }`)).toEqual([
      'queue: RabbitMQ names its folder for its host, so each new replica begins with an empty one; RABBITMQ_NODENAME: rabbit@localhost keeps it. [new_data_folder]',
    ]);
    const named = `  queue: { image: "rabbitmq:4", env: { RABBITMQ_NODENAME: rabbit@localhost }, ${SHARE} }`;
    expect(warnings(named)).toEqual([]);
  });
});
