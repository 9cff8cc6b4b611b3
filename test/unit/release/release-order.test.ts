import { expect, it } from 'vitest';
import type { ServiceConfig } from '../../../src/domain/config/model.ts';
import type { EnvValue } from '../../../src/domain/config/service/service-containers.ts';
import { releaseOrder } from '../../../src/release/release-order.ts';

function service(key: string, references: readonly string[] = []): ServiceConfig {
  const env: Record<string, EnvValue> = Object.fromEntries(
    references.map((other) => [`${other}_URL`, { kind: 'service', key: other }]),
  );
  return { key, env } as ServiceConfig;
}

const order = (services: readonly ServiceConfig[]): readonly string[] => releaseOrder(services).map(({ key }) => key);

it('puts services that others refer to first, and else keeps the order of the file', () => {
  expect(
    order([service('gateway', ['rag', 'draft']), service('rag', ['draft']), service('other'), service('draft')]),
  ).toEqual(['draft', 'rag', 'gateway', 'other']);
});

it('knows a way out of circles, and leaves out what is no service of the list', () => {
  expect(order([service('a', ['b', 'rabbitmq']), service('b', ['a'])])).toEqual(['b', 'a']);
});

it('reads who is meant from references, too', () => {
  const text = 'see ${{services.draft.address}} and ${{redis.host}}';
  const gateway = { key: 'gateway', env: { DRAFT: { kind: 'reference', text } } } as unknown as ServiceConfig;
  expect(order([gateway, service('draft')])).toEqual(['draft', 'gateway']);
});
