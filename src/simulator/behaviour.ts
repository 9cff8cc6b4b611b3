import { parseImageReference } from './registry/content.ts';
import type { ForeignImage } from './registry/foreign/foreign-image.ts';
import { registryOf } from './registry/foreign/registries.ts';
import { isSickness, SICKNESSES, type Sickness, type SicknessOrders } from './sickness.ts';

/** What tests and people tell the simulated applications to do; kept with the cloud, so that it survives a restart. */
export interface Behaviour {
  /** Images whose containers fail their probes from now on. */
  unhealthyDigests: string[];
  /** Image digest, app name or revision name → how its containers fail from now on. */
  unhealthy: Record<string, Sickness>;
  /** An app or job is written only while no other one of its environment is; else 409. */
  oneWritePerEnvironment: boolean;
  /** How late the list of a group's or subscription's resources is; by the simulator's clock, at most 600. */
  listLagInSeconds: number;
  /** How much longer or shorter writes, builds, executions and starts of revisions may take each time: 0.2 is a fifth either way. */
  variation: number;
  /** Git address of a build's source → folder of the repository on this machine that stands for it. */
  gitRepositories: Record<string, string>;
  /** Repository → how many of its next builds fail, whatever their source says. */
  failingBuilds: Record<string, number>;
  /** Job → how its next executions fail. */
  failingJobs: Record<string, FailingJob>;
  /** Job, or image without tag and digest → how executions end. */
  jobOutcomes: Record<string, JobOutcome>;
  /** Scope → names of built-in roles that the deployer has there; none at all: it owns the subscription. */
  deployerRoles: Record<string, string[]>;
  /** What nobody may do somewhere, whatever roles he has; with the deployer's id among the excluded he may. */
  denyAssignments: DenyAssignment[];
  /** `region/name` of a quota, e.g. `eastus/cores` → how much of it the subscription may have there. */
  quotas: Record<string, number>;
  /** Image of a registry that is not Azure's, with its tag or for all of them → who may pull it, and for which machines it is. */
  images: Record<string, ForeignImage>;
  /** Every line of the request log has the outages after it; costs a look at every app. */
  tellsOutages: boolean;
}

/** https://learn.microsoft.com/rest/api/authorization/deny-assignments/list-for-scope */
export interface DenyAssignment {
  readonly name: string;
  readonly scope: string;
  /** As in role definitions, e.g. `Microsoft.Authorization/roleAssignments/write`. */
  readonly actions: readonly string[];
  readonly notActions?: readonly string[];
  /** Object ids; absent: everybody. */
  readonly principals?: readonly string[];
  readonly excludePrincipals?: readonly string[];
}

/** Deleted resources are remembered for lists that long. */
export const LONGEST_LAG_IN_SECONDS = 600;

interface FailingJob {
  readonly times: number;
  readonly exitCode: number;
  readonly console: readonly string[];
}

const JOB_ENDS = ['succeeded', 'failed', 'never'] as const;

/** What an execution does, whatever its image says. */
export interface JobOutcome {
  /** `never`: it runs until its time limit. */
  readonly ends: (typeof JOB_ENDS)[number];
  /** How often; absent: always. */
  readonly times?: number;
  /** Of a failure; absent: 1. */
  readonly exitCode?: number;
  readonly console?: readonly string[];
}

export function wellBehaved(): Behaviour {
  return {
    unhealthyDigests: [],
    unhealthy: {},
    oneWritePerEnvironment: false,
    listLagInSeconds: 0,
    variation: 0,
    gitRepositories: {},
    failingBuilds: {},
    failingJobs: {},
    jobOutcomes: {},
    deployerRoles: {},
    denyAssignments: [],
    quotas: {},
    images: {},
    tellsOutages: false,
  };
}

/** What is wrong with changes that came from outside: orders that nobody would follow, silently. */
export function behaviourProblem(changes: Readonly<Record<string, unknown>>): string | undefined {
  const known = Object.keys(wellBehaved());
  const unknown = Object.keys(changes).find((key) => !known.includes(key));
  if (unknown !== undefined) return `There is no behaviour '${unknown}'; there are: ${known.join(', ')}.`;
  const wrong = Object.values(changes.unhealthy ?? {}).find((kind) => !isSickness(String(kind)));
  if (wrong !== undefined) return `Containers do not fail by '${wrong}', but by: ${SICKNESSES.join(', ')}.`;
  const unnamed = Object.keys(changes.images ?? {}).find((name) => !parseImageReference(name));
  if (unnamed !== undefined) return `'${unnamed}' is no name of an image.`;
  const unlike = Object.entries(changes.images ?? {}).find(([name, { users }]) => users && isPublicRegistry(name));
  if (unlike) return `'${unlike[0]}' cannot be private: its registry has public images only.`;
  const outcomes = Object.values((changes.jobOutcomes ?? {}) as Record<string, JobOutcome>);
  const odd = outcomes.find(({ ends }) => !JOB_ENDS.includes(ends));
  return odd && `Executions do not end by '${odd.ends}', but by: ${JOB_ENDS.join(', ')}.`;
}

function isPublicRegistry(image: string): boolean {
  return registryOf(parseImageReference(image)?.host ?? '')?.hasPrivate === false;
}

export function sicknessOrders({ unhealthyDigests, unhealthy }: Behaviour): SicknessOrders {
  return { ...Object.fromEntries(unhealthyDigests.map((digest) => [digest, 'probes'] as const)), ...unhealthy };
}

/** How long something takes this time, in seconds, that takes so many usually. */
export function variedSeconds({ variation }: Behaviour, seconds: number): number {
  return seconds * (1 + variation * (2 * Math.random() - 1));
}

/** True when the next build of this repository was told to fail; counts it. */
export function takeFailingBuild({ failingBuilds }: Behaviour, repository: string): boolean {
  const left = failingBuilds[repository] ?? 0;
  if (left > 0) failingBuilds[repository] = left - 1;
  return left > 0;
}

/** What the next execution of this job with these images was told to do; counts it. */
export function takeJobOutcome(
  { failingJobs, jobOutcomes }: Behaviour,
  job: string,
  images: readonly string[],
): JobOutcome | undefined {
  const failing = failingJobs[job];
  if (failing && failing.times > 0) {
    failingJobs[job] = { ...failing, times: failing.times - 1 };
    return { ...failing, ends: 'failed' };
  }
  const names = [job, ...images.map((image) => image.replace(/(?:@[^/]*|:[^/]*)+$/, ''))];
  const key = names.find((name) => (jobOutcomes[name]?.times ?? 1) > 0 && jobOutcomes[name]);
  const told = key === undefined ? undefined : jobOutcomes[key];
  if (key === undefined || !told) return undefined;
  if (told.times !== undefined) jobOutcomes[key] = { ...told, times: told.times - 1 };
  return told;
}
