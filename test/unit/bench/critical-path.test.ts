import { expect, it } from 'vitest';
import { criticalPathOf } from '../../../bench/runs/critical-path.ts';
import type { AzureOperation } from '../../../bench/runs/operations.ts';
import type { StepName } from '../../../src/domain/steps.ts';

const GROUP = '/subscriptions/s/resourcegroups/g/providers';
const SERVER = `${GROUP}/microsoft.dbforpostgresql/flexibleservers/pg`;
const REDIS = `${GROUP}/microsoft.cache/redisenterprise/redis`;
const JOBS = `${GROUP}/microsoft.app/jobs`;

function operation(resourceId: string, startedAt: number, seconds: number, kind: AzureOperation['kind'] = 'write') {
  return { kind, resourceId, startedAt: new Date(startedAt * 1000).toISOString(), seconds };
}

function made(step: StepName, ...ids: readonly string[]) {
  return ids.map((id) => ({ id, step }));
}

it('adds up what has to wait for its parent, and takes the longer of what stands side by side', () => {
  const operations = [
    operation(SERVER, 0, 10),
    operation(REDIS, 0, 20),
    operation(`${SERVER}/databases/db`, 30, 2),
    operation(`${REDIS}/databases/default`, 40, 5),
  ];
  expect(criticalPathOf(operations, made('create_databases', SERVER, REDIS)).seconds).toBe(25);
});

it('lets children of one server wait for each other, and no other siblings', () => {
  const children = ['databases/db', 'firewallrules/all', 'firewallrules/office'].map((child) => `${SERVER}/${child}`);
  const operations = [operation(SERVER, 0, 10), ...children.map((id, index) => operation(id, 20 + index, 3))];
  expect(criticalPathOf(operations, made('create_databases', SERVER)).seconds).toBe(19);
  const apart = ['a', 'b'].map((name) => operation(`${REDIS}/databases/${name}`, 30, 3));
  expect(criticalPathOf([operation(REDIS, 0, 10), ...apart], made('create_databases', REDIS)).seconds).toBe(13);
});

it('counts an order that only our own code made against us: jobs could have been written at once, migrations not', () => {
  const jobs = ['a', 'b'].map((name) => `${JOBS}/${name}`);
  const operations = jobs.flatMap((id, index) => [
    operation(id, index * 10, 4),
    operation(id, index * 10 + 4, 6, 'execution'),
  ]);
  expect(criticalPathOf(operations, made('run_migrations', ...jobs)).seconds).toBe(16);
});

it('follows the longest way through the steps, and says which', () => {
  const registry = `${GROUP}/microsoft.containerregistry/registries/acr`;
  const operations = [
    operation('/providers/microsoft.app', 0, 1, 'registration'),
    operation(SERVER, 1, 10),
    operation(SERVER, 12, 3, 'password'),
    operation(registry, 1, 2),
    operation(registry, 3, 4, 'build'),
  ];
  const resources = [...made('create_databases', SERVER), ...made('create_container_registry', registry)];
  const { seconds, steps } = criticalPathOf(operations, resources);
  expect(seconds).toBe(14);
  expect(steps.filter((one) => one.seconds > 0)).toEqual([
    { step: 'check_prerequisites', seconds: 1 },
    { step: 'create_databases', seconds: 10 },
    { step: 'store_secrets', seconds: 3 },
  ]);
});

it('does not leave out what no step made', () => {
  expect(() => criticalPathOf([operation(SERVER, 0, 1)], [])).toThrow('no step made');
});
