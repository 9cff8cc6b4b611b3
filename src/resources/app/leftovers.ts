import type { DesiredResource } from '../../domain/desired.ts';
import { applyChanges } from '../../domain/ownership/apply-changes.ts';
import type { FieldChange } from '../../domain/ownership/field-change.ts';
import { displayPath, type FieldPath, isMemberSegment, memberSegment } from '../../domain/ownership/field-path.ts';
import { fieldAt } from '../../domain/ownership/field-value.ts';
import { type JsonObject, jsonAt } from '../../shared/json.ts';
import type { SecretVariable } from './plain-secrets.ts';
import { REGISTRIES, withEntries } from './registries.ts';
import { identitiesOf, SECRETS, withReferences } from './secrets.ts';

/** What a live app or job has that the configuration does not name, as far as a write has to do with it. No values. */
export interface Leftovers {
  /** References to our vault that something still reads. */
  readonly kept: readonly JsonObject[];
  /** Names of secrets that nothing reads once it is written. */
  readonly dropped: readonly string[];
  /** How it signs in to registries from which only revisions of before pull. */
  readonly entries: readonly JsonObject[];
  /** Servers of entries for our registry that pull as the app's identity from now on. */
  readonly registries: readonly string[];
  /** Variables of somebody else that refer to a secret of ours from now on. */
  readonly variables: readonly SecretVariable[];
}

const PULLS_BY_PASSWORD = 'pulls with the password of the admin user, which goes off';

/**
 * The app or job as a write makes it: what is read stays, what nobody reads goes, and what was dangerous of somebody else's is safe.
 *
 * @param addressOf the versioned address of a secret in the vault
 */
export function withLeftovers<Resource extends DesiredResource>(
  desired: Resource,
  { kept, dropped, entries, registries, variables }: Leftovers,
  addressOf: (secret: string) => string,
): Resource {
  const [identity] = identitiesOf(desired.body);
  // Without a template nothing of it is written.
  const referring = jsonAt(desired.body, 'properties.template') === undefined ? [] : variables;
  const secured = [
    ...(identity === undefined ? [] : registries.map((server) => pull(server, identity))),
    ...referring.map(reference),
  ];
  if (kept.length + dropped.length + entries.length + secured.length === 0) return desired;
  const references = referring.flatMap(({ secretRef: name, secret }): JsonObject[] =>
    secret === undefined ? [] : [{ name, keyVaultUrl: addressOf(secret), identity: identity ?? null }],
  );
  return {
    ...desired,
    body: withReferences(withEntries(applyChanges(desired.body, secured), entries), [...references, ...kept]),
    dropped: { [SECRETS]: dropped },
    secured: Object.fromEntries(
      secured.map(({ path, danger }) => [displayPath(path), { danger, theirs: theirsIn(desired.body, path) }]),
    ),
  };
}

/** The outermost member on the way that the configuration does not name. */
function theirsIn(body: JsonObject, path: FieldPath): string {
  const ends = path.flatMap((segment, index) => (isMemberSegment(segment) ? [index + 1] : []));
  const end = ends.find((one) => fieldAt(body, path.slice(0, one)) === undefined) ?? path.length;
  return displayPath(path.slice(0, end));
}

type Securing = FieldChange & { readonly danger: string };

function pull(server: string, identity: string): Securing {
  const path = [...REGISTRIES.split('.'), memberSegment(server)];
  return { path, from: undefined, to: { server, identity }, owner: 'invariant', danger: PULLS_BY_PASSWORD };
}

function reference({ path, secretRef, secret = secretRef }: SecretVariable): Securing {
  const name = (path.at(-1) ?? '').slice(1, -1);
  const danger = `the secret ${secret} stands there in plain text`;
  return { path, from: undefined, to: { name, secretRef }, owner: 'invariant', danger };
}
