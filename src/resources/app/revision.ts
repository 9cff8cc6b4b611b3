import { differences } from '../../domain/compare.ts';
import { SECRETS_VERSION } from '../../domain/config/service/own-variables.ts';
import { isJsonObject, type JsonObject, jsonAt } from '../../shared/json.ts';
import { latestRevision, type Shares, sharesOf } from './traffic.ts';

/** What is known of a revision when a release is decided. */
export interface KnownRevision {
  readonly name: string;
  readonly active: boolean;
  readonly healthState: string;
  readonly template: JsonObject;
}

export type ReleaseTarget =
  /** One more revision is made. */
  | { readonly kind: 'new' }
  /** It is there already, with traffic or without. */
  | { readonly kind: 'existing'; readonly revision: string };

/** The part of a run's id that suffixes carry. */
const RUN_PART_LENGTH = 10;
const OURS = /--r[0-9a-hjkmnp-tv-z]{10}-\d+$/;

/**
 * The suffix of one attempt. Azure makes nothing of a suffix that was used before, or fails
 * (microsoft/azure-container-apps #650), so no two attempts share one.
 */
export function revisionSuffix(runId: string, attempt: number): string {
  return `r${runId.slice(-RUN_PART_LENGTH).toLowerCase()}-${attempt}`;
}

/** Made by a run of ours, not by hand. */
export function isOurRevision(name: string): boolean {
  return OURS.test(name);
}

/**
 * Which revision a release leads to: the one that is as it is to be and not given up, else a new one.
 *
 * @param desired our template
 * @param template as it is to be, with what others have in it
 * @param isChanged whether that is another one than the app's
 * @param withdrawn plain paths below the template of what goes when it is not wanted: a revision that has it is another one
 * @param preferred a revision to go back to; what its secrets were then does not count
 */
export function releaseTarget(input: {
  readonly desired: JsonObject;
  readonly template: JsonObject;
  readonly isChanged: boolean;
  readonly app: JsonObject;
  readonly revisions: readonly KnownRevision[];
  readonly withdrawn?: readonly string[];
  readonly preferred?: string | undefined;
}): ReleaseTarget {
  const { desired, template, isChanged, app, revisions, withdrawn = [], preferred } = input;
  const find = (name: string | undefined): KnownRevision | undefined => revisions.find((one) => one.name === name);
  const existing = ({ name }: KnownRevision): ReleaseTarget => ({ kind: 'existing', revision: name });

  const earlier = find(preferred);
  if (earlier && sameTemplate(withoutSecretsVersion(desired), withoutSecretsVersion(earlier.template)))
    return existing(earlier);
  const shares = sharesOf(app);
  // One that has traffic and was stopped by hand is started again (step 14); one without was given up.
  const isUsable = (one: KnownRevision): boolean =>
    (has(shares, one) || (one.active && one.healthState !== 'Unhealthy')) &&
    sameTemplate(template, one.template, withdrawn);
  const latest = find(latestRevision(app));
  if (latest && isOurRevision(latest.name) && isUsable(latest)) return existing(latest);
  // A revision that somebody made by hand stays without traffic, as long as there is nothing of ours to release.
  const isForeign = latest === undefined || !isOurRevision(latest.name);
  const serving = revisions.find((one) => has(shares, one) && (isForeign ? !isChanged : isUsable(one)));
  return serving ? existing(serving) : { kind: 'new' };
}

export function templateOf(body: JsonObject): JsonObject {
  const template = jsonAt(body, 'properties.template');
  return isJsonObject(template) ? template : {};
}

function sameTemplate(desired: JsonObject, live: JsonObject, withdrawn: readonly string[] = []): boolean {
  return differences({ body: desired, kind: { withdrawn } }, live).length === 0;
}

/** Whether a difference is only about which versions of the secrets a revision was made with. */
export function isSecretsMark(path: string): boolean {
  return path.includes(`[${SECRETS_VERSION}]`);
}

/** The same template without the mark of which versions of the secrets it was made with. */
function withoutSecretsVersion(template: JsonObject): JsonObject {
  const { containers } = template;
  if (!Array.isArray(containers)) return template;
  return {
    ...template,
    containers: containers.map((container) => {
      if (!isJsonObject(container) || !Array.isArray(container.env)) return container;
      const env = container.env.filter((one) => !isJsonObject(one) || one.name !== SECRETS_VERSION);
      return { ...container, env };
    }),
  };
}

function has(shares: Shares, { name }: KnownRevision): boolean {
  return (shares[name] ?? 0) > 0;
}
