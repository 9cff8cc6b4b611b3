import { fileURLToPath } from 'node:url';
import type { StoredSecret } from '../../../src/simulator/key-vault/secret-store.ts';
import type { CloudState } from '../../../src/simulator/store.ts';
import { type Bench, deployed } from './doctor-bench.ts';

const LATE_CLOCK = fileURLToPath(new URL('../../helpers/http/late-clock.ts', import.meta.url));
export const GROUP = 'draftgenie-example-rg';
const VAULT = 'draftgenie-example-kv';

/** As it stands in the simulator. */
export function resource(id: string, type: string, location: string): CloudState['resources'][string] {
  const at = new Date().toISOString();
  const name = id.slice(id.lastIndexOf('/') + 1);
  return { id, name, type, body: { location, properties: {} }, extra: {}, createdAt: at, updatedAt: at };
}

/** The deployer has this role there, and no other. */
export function only(role: string, scope: string): Record<string, string[]> {
  return { [scope]: [role] };
}

function lockOf(lock: object | null, more: object = {}): string {
  return JSON.stringify({
    version: '2.0',
    last_updated: '2026-01-01T00:00:00.000Z',
    environment: 'default',
    subscription_id: null,
    resource_group: null,
    serial: 1,
    fence: 1,
    lock,
    last_run: null,
    steps: {},
    resources: {},
    ...more,
  });
}

function disabled(secret: StoredSecret): StoredSecret {
  const versions = secret.versions.map((one) => ({ ...one, attributes: { ...one.attributes, enabled: false } }));
  return { ...secret, versions };
}

const STATE = '.azure-deployment-state-v1.json';

/** Something that makes a deployment fail, and what `doctor` says of it. */
interface Fault {
  readonly title: string;
  seed(one: Bench): Promise<void> | void;
  readonly check: string;
  readonly text: RegExp;
  readonly repair: RegExp;
}

export const FAULTS: readonly Fault[] = [
  {
    title: 'no role at all',
    seed: ({ change }) =>
      change((state) => {
        state.behaviour.deployerRoles = only('Owner', '/subscriptions/00000000-0000-4000-8000-000000000000');
      }),
    check: 'subscription',
    text: /can see no enabled subscription/,
    repair: /azure\.subscription_id/,
  },
  {
    title: 'a role to read alone',
    seed: ({ change }) =>
      change((state, scope) => {
        state.behaviour.deployerRoles = only('Reader', scope);
      }),
    check: 'roles',
    text: /may not write resource group draftgenie-example-rg, .* and \d+ more on \/subscriptions\/.*needs Contributor there or above/,
    repair:
      /^Who may assign roles gives it: az role assignment create --assignee-object-id [0-9a-f-]{36} --assignee-principal-type ServicePrincipal --role "Contributor" --scope \/subscriptions\/[0-9a-f-]{36}$/,
  },
  {
    title: 'a contributor who may not assign roles',
    seed: ({ change }) =>
      change((state, scope) => {
        state.behaviour.deployerRoles = only('Contributor', scope);
      }),
    check: 'roles',
    text: /may not write role assignments/,
    repair: /--role "Role Based Access Control Administrator" --scope/,
  },
  {
    title: 'a role on another group alone',
    seed: ({ change }) =>
      change((state, scope) => {
        const other = `${scope}/resourceGroups/other-rg`;
        state.resources[other.toLowerCase()] = resource(other, 'Microsoft.Resources/resourceGroups', 'eastus');
        state.behaviour.deployerRoles = only('Owner', other);
      }),
    check: 'roles',
    text: /may not write resource group draftgenie-example-rg/,
    repair: /--role "Contributor" --scope \/subscriptions\/[^/]+$/,
  },
  {
    title: 'a provider that is not registered, and a deployer who may not register it',
    seed: ({ change }) =>
      change((state, scope) => {
        state.behaviour.deployerRoles = only('Reader', scope);
      }),
    check: 'providers',
    text: /Microsoft\.App is not registered/,
    repair: /az provider register --namespace Microsoft\.App --subscription [0-9a-f-]{36} --wait/,
  },
  {
    title: 'a quota that leaves no room',
    seed: ({ simulator }) => simulator.behave({ quotas: { 'eastus/ManagedEnvironmentCount': 0 } }),
    check: 'quotas',
    text: /the subscription may have 0 /,
    repair: /Ask for more quota in the portal/,
  },
  {
    title: 'a name that is taken',
    seed: ({ change }) =>
      change((state, scope) => {
        const id = `${scope}/resourceGroups/other-rg/providers/Microsoft.KeyVault/vaults/${VAULT}`;
        state.resources[id.toLowerCase()] = resource(id, 'Microsoft.KeyVault/vaults', 'eastus');
      }),
    check: 'unique_names',
    text: /The name draftgenie-example-kv cannot be used for key vault .*already in use/,
    repair: /Choose another name in the configuration/,
  },
  {
    title: 'a name that a deleted vault of somebody else holds',
    seed: ({ change }) =>
      change((state, scope) => {
        const id = `${scope}/resourceGroups/other-rg/providers/Microsoft.KeyVault/vaults/${VAULT}`;
        const deletedAt = new Date().toISOString();
        state.deletedVaults[VAULT] = { resource: resource(id, 'Microsoft.KeyVault/vaults', 'eastus'), deletedAt };
      }),
    check: 'unique_names',
    text: /draftgenie-example-kv cannot be used .*a deleted one that is not ours holds it/,
    repair: /Choose another name in the configuration, or let its owner recover it/,
  },
  {
    title: 'a name that Azure does not take',
    seed: ({ edit }) => edit('"draftgenie-logs"', '"-logs"'),
    check: 'configuration',
    text: /log_workspace/,
    repair: /./,
  },
  {
    title: 'a region without the offer',
    seed: ({ edit }) => edit('location: "eastus"', 'location: "brazilsouth"'),
    check: 'offers',
    text: /PostgreSQL flexible servers are restricted for this subscription in brazilsouth/,
    repair: /Set locations\.postgresql to a region that has it/,
  },
  {
    title: 'another tenant',
    seed({ env }) {
      env.AZURE_TENANT_ID = '00000000-0000-4000-8000-000000000000';
    },
    check: 'credential',
    text: /AADSTS90002/,
    repair: /another tenant.*AZURE_TENANT_ID/,
  },
  {
    title: 'a credential that has expired',
    seed: ({ change }) =>
      change((state) => {
        state.clientSecretExpires = '2026-01-01T00:00:00.000Z';
      }),
    check: 'credential',
    text: /AADSTS7000222/,
    repair: /has expired: put a valid one into AZURE_CLIENT_SECRET/,
  },
  {
    title: 'a subscription that the credential cannot use',
    seed: ({ edit }) => edit('subscription_id: ""', 'subscription_id: "11111111-2222-4333-8444-555555555555"'),
    check: 'subscription',
    text: /cannot use the subscription 11111111/,
    repair: /Correct azure\.subscription_id/,
  },
  {
    title: 'a proxy that refuses',
    seed({ closed }) {
      closed.all = true;
    },
    check: 'network',
    text: /management\.azure\.com: the proxy http:\/\/127\.0\.0\.1:\d+ refuses .* it answers 403/,
    repair: /proxy/,
  },
  {
    title: 'an authority that is not known',
    seed({ env }) {
      env.NODE_EXTRA_CA_CERTS = '';
    },
    check: 'network',
    text: /management\.azure\.com: .*certificate/i,
    repair: /NODE_EXTRA_CA_CERTS/,
  },
  {
    title: 'a clock that is ten minutes behind',
    seed: ({ imports }) => void imports.push(LATE_CLOCK),
    check: 'clock',
    text: /10 minutes behind Azure's/,
    repair: /timedatectl set-ntp true/,
  },
  {
    title: 'a storage that cannot be reached',
    seed: ({ env }) => {
      env.AZURE_STATE_STORAGE = 'blob';
      env.DEPLOYMENT_STORAGE =
        'DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:9/devstoreaccount1;';
    },
    check: 'storage',
    text: /cannot be reached \(ECONNREFUSED\)/,
    repair: /Check the address and the network/,
  },
  {
    title: 'a state that cannot be read',
    seed: ({ sandbox }) => sandbox.write(STATE, '{"version": '),
    check: 'state',
    text: /cannot be read: it is not JSON/,
    repair: /Put a copy back/,
  },
  {
    title: 'a state of a newer version',
    seed: ({ sandbox }) => sandbox.write(STATE, lockOf(null, { version: '9.0' })),
    check: 'state',
    text: /has version "9\.0"/,
    repair: /Use a newer draftgenie-deploy/,
  },
  {
    title: 'a state of another group',
    // A step made something there.
    seed: ({ sandbox }) => {
      const made = { status: 'completed', timestamp: '2026-01-01T00:00:00.000Z', dependency_hash: 'x' };
      return sandbox.write(STATE, lockOf(null, { resource_group: 'other-rg', steps: { create_resource_group: made } }));
    },
    check: 'state',
    text: /is of the resource group other-rg/,
    repair: /Set the configuration back/,
  },
  {
    title: 'a lock that somebody holds',
    seed: ({ sandbox }) =>
      sandbox.write(
        STATE,
        lockOf({
          runId: 'default-01JD0000000000000000000000',
          holder: 'someone@elsewhere',
          engine: 'local:elsewhere',
          acquiredAt: '2026-01-01T00:00:00.000Z',
          step: 'create_key_vault',
          fence: 1,
          wakeBy: '2999-01-01T00:00:00.000Z',
        }),
      ),
    check: 'lock',
    text: /locked by run default-01JD0000000000000000000000 \(someone@elsewhere\)/,
    repair: /state unlock/,
  },
  {
    title: 'a secret that is disabled',
    async seed(one) {
      await deployed(one);
      one.change(({ secrets }) => {
        for (const store of Object.values(secrets)) {
          for (const [key, secret] of Object.entries(store)) store[key] = disabled(secret);
        }
      });
    },
    check: 'vault',
    text: /^The secret \S+ is disabled\.$/,
    repair: /Enable it/,
  },
  {
    title: 'a variable that is not set',
    seed({ env }) {
      env.GEMINI_API_KEY = '';
    },
    check: 'secrets',
    text: /not set: GEMINI_API_KEY/,
    repair: /Set it in the environment/,
  },
  {
    title: 'an error in the configuration',
    seed: ({ edit }) => edit('version: "16"', 'version: "16"\n  storrage_size: 64'),
    check: 'configuration',
    text: /config\.yaml:\d+:\d+ .*storrage_size/,
    repair: /./,
  },
  {
    title: 'a Dockerfile that is not there',
    seed: ({ edit }) => edit('{ name: "api-gateway",', '{ name: "api-gateway", dockerfile: "none/Dockerfile",'),
    check: 'sources',
    text: /none\/Dockerfile/,
    repair: /--source/,
  },
  {
    title: 'a group of somebody else',
    seed: ({ change }) =>
      change((state, scope) => {
        const id = `${scope}/resourceGroups/${GROUP}`;
        state.resources[id.toLowerCase()] = resource(id, 'Microsoft.Resources/resourceGroups', 'westus');
      }),
    check: 'plan',
    text: /exists and is not marked as ours/,
    repair: /draftgenie-deploy plan/,
  },
];
