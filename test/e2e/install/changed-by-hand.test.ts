import { expect, it } from 'vitest';
import type { Arm } from '../../../src/azure/ports.ts';
import { isJsonObject, type JsonObject } from '../../../src/shared/json.ts';
import { INSTALL, idsOf, installed, OF_THE_APP, succeeds } from '../../helpers/install/installed.ts';
import { byHand } from '../../helpers/plan/cloud-by-hand.ts';

const WEB = '2025-03-01';
const STORAGE = '2025-06-01';
const ROLES = '2022-04-01';
const EVENTS = '2025-02-15';
const IDENTITY = '2024-11-30';

interface Change {
  readonly what: string;
  /** In what drift says of it, one after the other. */
  readonly told: RegExp;
  /** @param id of what the configuration calls so */
  by(arm: Arm, id: (key: string) => string): Promise<unknown>;
}

/** Puts back what is there, with other properties. */
async function putOver(arm: Arm, id: string, version: string, change: (properties: JsonObject) => JsonObject) {
  const live: JsonObject = { ...(await arm.get(id, version)) };
  const { properties } = live;
  await arm.put(id, version, {
    ...live,
    properties: change(isJsonObject(properties) ? properties : {}),
  });
}

async function settings(arm: Arm, app: string, change: (all: Record<string, string>) => Record<string, string>) {
  const answer = await arm.post(`${app}/config/appsettings/list`, WEB);
  const { properties } = (answer.kind === 'done' ? answer.body : {}) as { properties: Record<string, string> };
  await arm.put(`${app}/config/appsettings`, WEB, { properties: change(properties) });
}

const CHANGES: readonly Change[] = [
  {
    what: 'a setting has another value',
    told: /resource:settings .*DRAFTGENIE_BLOB_SOURCE/,
    by: (arm, id) =>
      settings(arm, id('resource:app'), (all) => ({ ...all, DRAFTGENIE_BLOB_SOURCE: 'LogsAndContainerScan' })),
  },
  {
    what: 'a setting is gone',
    told: /resource:settings .*DRAFTGENIE_REQUIRE_ROLES/,
    by: (arm, id) => settings(arm, id('resource:app'), ({ DRAFTGENIE_REQUIRE_ROLES: _, ...others }) => others),
  },
  {
    what: 'a role is gone',
    told: /resource:may-write-queues: present → absent/,
    by: (arm, id) => arm.delete(id('resource:may-write-queues'), ROLES),
  },
  {
    what: 'a role lost its condition',
    told: /resource:may-grant .*condition/,
    by: (arm, id) =>
      putOver(arm, id('resource:may-grant'), ROLES, ({ condition: _, conditionVersion: __, ...others }) => others),
  },
  {
    what: 'a container is open to everybody',
    told: /resource:states .*publicAccess/,
    by: async (arm, id) => {
      await putOver(arm, id('resource:storage'), STORAGE, (all) => ({ ...all, allowBlobPublicAccess: true }));
      await putOver(arm, id('resource:states'), STORAGE, () => ({ publicAccess: 'Blob' }));
    },
  },
  {
    what: 'keys open the storage',
    told: /resource:storage .*allowSharedKeyAccess/,
    by: (arm, id) => putOver(arm, id('resource:storage'), STORAGE, (all) => ({ ...all, allowSharedKeyAccess: true })),
  },
  {
    what: 'earlier versions are kept for ever',
    told: /resource:lifecycle: present → absent/,
    by: (arm, id) => arm.delete(id('resource:lifecycle'), STORAGE),
  },
  {
    what: 'there are no earlier versions',
    told: /resource:blobs .*isVersioningEnabled/,
    by: (arm, id) => putOver(arm, id('resource:blobs'), STORAGE, (all) => ({ ...all, isVersioningEnabled: false })),
  },
  {
    what: 'every container’s events are sent',
    told: /resource:uploads .*subjectBeginsWith/,
    by: async (arm, id) => {
      const asked = await arm.post(`${id('resource:uploads')}/getFullUrl`, EVENTS);
      const { endpointUrl = '' } = asked.kind === 'done' ? (asked.body as { endpointUrl?: string }) : {};
      await putOver(arm, id('resource:uploads'), EVENTS, ({ retryPolicy = {} }) => ({
        ...{ retryPolicy, eventDeliverySchema: 'EventGridSchema' },
        destination: { endpointType: 'WebHook', properties: { endpointUrl } },
        filter: { includedEventTypes: ['Microsoft.Storage.BlobCreated'], subjectBeginsWith: '' },
      }));
    },
  },
  {
    what: 'the app has more instances',
    told: /resource:app .*maximumInstanceCount/,
    by: (arm, id) =>
      putOver(arm, id('resource:app'), WEB, (all) => ({
        ...all,
        functionAppConfig: {
          ...(all.functionAppConfig as JsonObject),
          scaleAndConcurrency: { instanceMemoryMB: 4096, maximumInstanceCount: 100 },
        },
      })),
  },
  {
    what: 'passwords publish code',
    told: /resource:no-passwords .*allow/,
    by: (arm, id) => arm.put(id('resource:no-passwords'), WEB, { properties: { allow: true } }),
  },
  {
    what: 'everybody is let in',
    told: /resource:web .*ipSecurityRestrictions/,
    by: (arm, id) =>
      arm.patch(id('resource:web'), WEB, {
        properties: { ipSecurityRestrictions: [], ipSecurityRestrictionsDefaultAction: 'Allow' },
      }),
  },
  {
    what: 'nobody has to sign in',
    told: /resource:sign-in .*requireAuthentication/,
    by: (arm, id) =>
      putOver(arm, id('resource:sign-in'), WEB, (all) => ({
        ...all,
        globalValidation: { ...(all.globalValidation as JsonObject), requireAuthentication: false },
      })),
  },
  {
    what: 'another repository may sign in',
    told: /resource:github .*subject/,
    by: (arm, id) =>
      putOver(arm, id('resource:github'), IDENTITY, (all) => ({
        ...all,
        subject: 'repo:else/where:ref:refs/heads/main',
      })),
  },
  {
    what: 'telemetry is taken from everybody',
    told: /resource:insights .*DisableLocalAuth/,
    by: (arm, id) =>
      putOver(arm, id('resource:insights'), '2020-02-02', (all) => ({ ...all, DisableLocalAuth: false })),
  },
  {
    what: 'the plan says no longer whose it is',
    told: /resource:plan .*tags/,
    by: async (arm, id) => {
      const live: JsonObject = { ...(await arm.get(id('resource:plan'), WEB)) };
      await arm.put(id('resource:plan'), WEB, { ...live, tags: {} });
    },
  },
];

it('whatever was changed by hand is told with its place, and the next installation takes it back', async () => {
  const sandbox = await installed();
  const ids = await idsOf(sandbox);
  await byHand(sandbox, async (arm) => {
    for (const { by } of CHANGES) {
      await by(arm, (key) => {
        expect(Object.keys(ids)).toContain(key);
        return ids[key] ?? '';
      });
    }
  });
  const drift = await succeeds(sandbox, ['drift', ...OF_THE_APP], 2);
  const lines = drift.split('\n');
  const untold = CHANGES.filter(({ told }) => !lines.some((line) => told.test(line)));
  expect(
    untold.map(({ what }) => what),
    drift,
  ).toEqual([]);
  // What says no longer whose it is is taken over when that is said.
  await succeeds(sandbox, [...INSTALL, '--adopt']);
  expect(await succeeds(sandbox, ['drift', ...OF_THE_APP])).toContain('No drift');
});
