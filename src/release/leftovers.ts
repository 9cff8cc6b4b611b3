import type { Azure, RevisionView } from '../azure/ports.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import type { DesiredResource } from '../domain/desired.ts';
import { nameOf } from '../domain/ids.ts';
import type { OutputReader } from '../domain/outputs.ts';
import type { FieldPath } from '../domain/ownership/field-path.ts';
import { hasSection } from '../domain/sections/sections.ts';
import { type Leftovers, withLeftovers } from '../resources/app/leftovers.ts';
import {
  type ForeignVariable,
  foreignVariables,
  type SecretValues,
  type SecretVariable,
  secretOf,
} from '../resources/app/plain-secrets.ts';
import { entriesInUse, leavingEntries, registriesOf, unclaimedPulls } from '../resources/app/registries.ts';
import { identitiesOf, isOurReference, type LeftSecret, leftSecrets, secretsOf } from '../resources/app/secrets.ts';
import { secretRef } from '../resources/app/workload.ts';
import { CONTAINER_APP } from '../resources/container-app.ts';
import { type JsonObject, jsonAt } from '../shared/json.ts';
import { once } from '../shared/once.ts';

interface LiveApp {
  readonly config: Pick<DeploymentConfig, 'docker' | 'unasked'>;
  readonly desired: DesiredResource;
  readonly live: JsonObject;
  /** What we last applied; undefined: nothing is known. */
  readonly applied: JsonObject | undefined;
  /** For the addresses of vault and registry. */
  readonly outputs: OutputReader;
  /** Asked only where somebody else's variable may have one of them. */
  readonly values: () => Promise<SecretValues>;
}

/** What a live app or job has that the configuration does not name, before it is decided what becomes of it. */
export interface FoundLeftovers extends Pick<Leftovers, 'entries' | 'registries' | 'variables'> {
  readonly secrets: readonly LeftSecret[];
  /** Variables that may have the value of one of these secrets, which could not be told. */
  readonly doubtful: readonly { readonly path: FieldPath; readonly secrets: readonly string[] }[];
}

export async function findLeftovers({ apps }: Pick<Azure, 'apps'>, input: LiveApp): Promise<FoundLeftovers> {
  const { desired, live, outputs } = input;
  const registries = pulls(input);
  const { variables, doubtful } = await plainSecrets(input);
  const revisions = once(async () => {
    const [, , subscription = '', , group = ''] = desired.id.split('/');
    return await apps.revisions(subscription, group, nameOf(desired.id));
  });
  const entries = await entriesOfRevisions(input, revisions);
  // What is not read any more then.
  const wanted = withLeftovers(desired, { kept: [], dropped: [], entries, registries, variables }, () => '');
  const vaultUri = outputs.read('vaultUri');
  const found = leftSecrets({ desired: wanted, live, vaultUri, templates: [] });
  const more = { entries, registries, variables, doubtful };
  if (found.length === 0 || desired.kind.type !== CONTAINER_APP.type) return { secrets: found, ...more };
  return { secrets: leftSecrets({ desired: wanted, live, vaultUri, templates: await revisions() }), ...more };
}

/** Of an app that is replaced in place the revision of before stops by itself. */
async function entriesOfRevisions(
  { desired, live, applied = {} }: LiveApp,
  revisions: () => Promise<readonly RevisionView[]>,
): Promise<readonly JsonObject[]> {
  const leaving = leavingEntries(desired.body, applied, live);
  const isSideBySide = jsonAt(desired.body, 'properties.configuration.activeRevisionsMode') === 'Multiple';
  if (leaving.length === 0 || !isSideBySide) return [];
  const running = (await revisions()).filter(({ active }) => active);
  return entriesInUse(
    leaving,
    running.map(({ template }) => template),
  );
}

/** What becomes of it: what is read stays, but for passwords, of which nothing is known but by Azure; the rest goes. */
export function decideLeftovers({ secrets, entries, registries, variables }: FoundLeftovers): Leftovers {
  return {
    kept: secrets.flatMap(({ readBy, reference }) => (readBy.length > 0 && reference ? [reference] : [])),
    dropped: secrets.filter(({ readBy }) => readBy.length === 0).map(({ name }) => name),
    entries,
    registries,
    variables,
  };
}

function pulls({ config, desired, live, applied, outputs }: LiveApp): readonly string[] {
  const [identity] = identitiesOf(desired.body);
  const isOurs = !config.docker.registry && hasSection(config, 'containerRegistry');
  if (!isOurs || identity === undefined || registriesOf(live).length === 0) return [];
  const loginServer = outputs.read('loginServer');
  return unclaimedPulls(desired.body, live, { loginServer, identity, isNew: applied === undefined });
}

/** Variables with a secret of the deployment in plain text; those that may have one. */
export async function plainSecrets(input: LiveApp): Promise<Pick<FoundLeftovers, 'variables' | 'doubtful'>> {
  const { desired, live, applied } = input;
  if (identitiesOf(desired.body).length === 0) return { variables: [], doubtful: [] };
  const foreign = foreignVariables(desired.body, applied, live);
  const plain = foreign.filter(({ value }) => value !== undefined);
  const values: SecretValues = plain.length > 0 ? await input.values() : new Map();
  const found = plain.map(({ path, ...variable }) => ({ path, ...secretOf({ path, ...variable }, values) }));
  return {
    variables: [
      ...found.flatMap((one) =>
        'known' in one && isFree(input, one.known)
          ? [{ path: one.path, secretRef: secretRef(one.known), secret: one.known }]
          : [],
      ),
      ...(applied === undefined ? foreign.flatMap((one) => referring(input, one)) : []),
    ],
    doubtful: found.flatMap((one) => {
      const secrets = 'unknown' in one ? one.unknown.filter((secret) => isFree(input, secret)) : [];
      return secrets.length === 0 ? [] : [{ path: one.path, secrets }];
    }),
  };
}

/** Whether the app has nothing of somebody else's under the name that a reference would get. */
function isFree({ desired, live, outputs }: LiveApp, secret: string): boolean {
  const there = secretsOf(live).find(({ name }) => name === secretRef(secret));
  return there === undefined || isOurReference({ desired, vaultUri: outputs.read('vaultUri') }, there);
}

/** Where nothing was recorded, what refers to our vault as our identity was made so by a write whose record was lost. */
function referring({ desired, live, outputs }: LiveApp, { path, secretRef: ref }: ForeignVariable): SecretVariable[] {
  const secret = ref === undefined ? undefined : secretsOf(live).find(({ name }) => name === ref);
  if (ref === undefined || secret === undefined) return [];
  return isOurReference({ desired, vaultUri: outputs.read('vaultUri') }, secret) ? [{ path, secretRef: ref }] : [];
}
