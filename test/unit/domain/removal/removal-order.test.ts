import { describe, expect, it } from 'vitest';
import { namedIds } from '../../../../src/domain/removal/named-ids.ts';
import { type Doomed, freeToGo } from '../../../../src/domain/removal/removal-order.ts';
import { STEPS, type StepName } from '../../../../src/domain/steps.ts';

const GROUP = '/subscriptions/s/resourceGroups/shop';

function doomed(key: string, step: StepName | undefined, more: Partial<Doomed> = {}): Doomed {
  return { key, id: `${GROUP}/providers/Some.Provider/things/${key}`, step, names: [], ...more };
}

/** The rounds in which everything goes. */
function rounds(all: readonly Doomed[]): readonly (readonly string[])[] {
  const found: string[][] = [];
  for (let left = all; left.length > 0; ) {
    const free = freeToGo(left);
    if (free.length === 0) throw new Error(`nothing of ${left.map(({ key }) => key).join()} is free`);
    found.push(free.map(({ key }) => key));
    left = left.filter((one) => !free.includes(one));
  }
  return found;
}

describe('the order of deletions', () => {
  it('is that of what needs what: the reverse of the steps, side by side where nothing builds on the other', () => {
    const all = [
      doomed('group', 'create_resource_group', { id: GROUP }),
      doomed('vault', 'create_key_vault'),
      doomed('server', 'create_databases'),
      doomed('environment', 'create_container_apps_env'),
      doomed('workspace', 'create_monitoring'),
      doomed('app', 'deploy_application_services'),
    ];
    expect(rounds(all)).toEqual([['app'], ['vault', 'server', 'environment'], ['workspace'], ['group']]);
  });

  it('has what lies below something before it, and what names something made beside it', () => {
    const server = doomed('server', 'create_databases');
    const child = doomed('database', 'create_databases', { id: `${server.id}/databases/shop` });
    expect(rounds([server, child])).toEqual([['database'], ['server']]);
    const cache = doomed('cache', 'create_databases', { names: [server.id.toUpperCase()] });
    expect(rounds([server, child, cache])).toEqual([['database', 'cache'], ['server']]);
  });

  it('has what names something before it, also when a later step made that', () => {
    const certificate = doomed('certificate', 'verify_deployment');
    const record = doomed('record', 'verify_deployment');
    const app = doomed('app', 'deploy_application_services', { names: [certificate.id] });
    expect(rounds([certificate, record, app])).toEqual([['record'], ['app'], ['certificate']]);
  });

  it('has what Azure made for something after it, whatever the steps say', () => {
    const component = doomed('component', 'create_monitoring');
    const rule = doomed('rule', undefined, { after: ['component'] });
    const actionGroup = doomed('action group', undefined, { after: ['component', 'rule'] });
    const group = doomed('group', 'create_resource_group', { id: GROUP });
    expect(rounds([group, actionGroup, rule, component])).toEqual([
      ['component'],
      ['rule'],
      ['action group'],
      ['group'],
    ]);
  });

  it('comes to an end for whatever steps there are, and for what nobody knows the step of', () => {
    const all = STEPS.map(({ name }) => doomed(name, name));
    expect(rounds([...all, doomed('stranger', undefined)]).flat()).toHaveLength(all.length + 1);
    for (const round of rounds(all)) expect(round.length).toBeGreaterThan(0);
  });

  it('knows ids in a body, as values and as names', () => {
    const id = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i`;
    const body = {
      identity: { userAssignedIdentities: { [id]: {} } },
      list: [{ workspace: `${GROUP}/x` }, 'no'],
    };
    expect(namedIds(body)).toEqual([id, `${GROUP}/x`]);
  });
});
