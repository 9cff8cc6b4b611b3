import type { Azure } from '../azure/ports.ts';
import type { CostedResource } from '../cost/measure.ts';
import { InvalidConfig } from '../domain/config/invalid-config.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import { requiredValues } from '../domain/config/rules/names.ts';
import { knownShares } from '../domain/config/rules/workloads/shares.ts';
import { groupOf } from '../domain/ids.ts';
import type { WantedIds } from '../domain/left-behind.ts';
import { outputReference, stepLeaving } from '../domain/outputs.ts';
import type { Plan } from '../domain/plan-schema.ts';
import type { RunOptions } from '../domain/run.ts';
import { outOfScope } from '../domain/runs/run-scope.ts';
import { keptWarnings, withKeptSections } from '../domain/sections/kept-sections.ts';
import { unmetNeeds } from '../domain/sections/needs.ts';
import type { EnvironmentState } from '../domain/state.ts';
import type { StepName } from '../domain/steps.ts';
import { type CodedWarning, coded } from '../domain/warnings/warning-codes.ts';
import { type RollbackTarget, withImagesOf } from '../engine/rollback.ts';
import type { Services } from '../engine/services.ts';
import { settleAll } from '../engine/settle.ts';
import type { FactSources, Look, Step } from '../engine/step.ts';
import { requireLocalBuilder } from '../images/local-build.ts';
import { sourceOf, sourceWarnings } from '../images/run-sources.ts';
import { knownSubscription } from '../preflight/subscription.ts';
import { recordedParts } from '../resources/templates/template-part.ts';
import { planAsAzureAllows } from './beforehand/plan-as-azure-allows.ts';
import { configWarnings } from './config-warnings.ts';
import { costedResources } from './cost/costed-resources.ts';
import { findDrift, ownedResources } from './drift/find-drift.ts';
import { findResources, listResources } from './find-resources.ts';
import { type ForecastInput, forecast, foreseenOutputs, inOrder, outputName, type WantedResource } from './forecast.ts';
import { findDangers } from './foreign/dangers.ts';
import { locksOf, NO_LOCKS } from './foreign/locks.ts';
import { neededByOthers } from './foreign/needed-by-others.ts';
import { keptCache } from './kept-cache.ts';
import { withLiveLeftovers } from './leftovers.ts';
import { type LiveResources, liveReader } from './live-resources.ts';
import { glanceAtSecrets, lookAtSecrets, secretWarnings } from './look-at-secrets.ts';
import { asRecorded, type NotAskedFor } from './not-asked-for.ts';
import type { PlanInput } from './plan.ts';
import { wantedIds } from './plan-resources.ts';
import { planSteps, type StepBasis } from './plan-steps.ts';
import { deletedNames } from './removal/deleted-names.ts';
import { renewedOutputs } from './renewed-outputs.ts';
import { desiredNow, stepBasis } from './step-basis.ts';
import { planTemplates } from './templates/plan-templates.ts';

export interface PlanRequest {
  readonly environment: string;
  readonly config: DeploymentConfig;
  readonly options: RunOptions;
  readonly source: string | null;
  readonly state: EnvironmentState;
  /** The kept run to go back to. */
  readonly rollback?: RollbackTarget | undefined;
  /** Absent: everything may be looked at. */
  readonly notAsked?: NotAskedFor;
}

export interface PlannedRun {
  readonly plan: Plan;
  /** The id that each key of the configuration stands for. */
  readonly wantedIds: WantedIds;
  /** Steps that see to something that Azure has already. */
  readonly present: ReadonlySet<StepName>;
  /** What it costs is made of. */
  readonly costed: readonly CostedResource[];
}

/** Looks at Azure, the sources and the secrets, and makes the plan. Writes nothing, anywhere. */
export async function planRun(services: Services, steps: readonly Step[], request: PlanRequest): Promise<PlannedRun> {
  const { environment, options, rollback } = request;
  const state = withImagesOf(request.state, rollback);
  const config = withKeptSections(request.config, state);
  requireSections(config);
  const azure = await services.azure(config);
  const subscriptionId = await knownSubscription(azure, config, state);
  const source = await sourceOf(services, config, request.source);
  const sources: FactSources = { azure, config, state, source, secrets: services.secrets };
  const [listed, dependencies] = await settleAll([
    listResources(azure, config, state, subscriptionId),
    dependenciesNow(steps, request, sources),
  ] as const);

  const cache = keptCache(environment, config, state, listed, subscriptionId);
  const now = { environment, config: cache.config, state, foretold: subscriptionOutput(subscriptionId) };
  const bases = withDesired(steps, dependencies, now);
  const desired = [...bases.values()].flatMap((basis) => basis.desired);
  const found = await findResources(azure, listed, { state, environment, desired });
  const looking = { azure, environment, config, state, now: services.clock.now() };
  const [changed, refreshed] = options.refresh
    ? await settleAll([findDrift(looking, ownedResources(looking, steps)), lookAtSecrets(looking)] as const)
    : [[], undefined];
  const drift = [...changed, ...(refreshed?.drift ?? [])];
  const decided = { state, options, steps: bases, found, drift };
  const planned = planSteps(decided);
  if (isBuiltHere(config) && planned.some(({ step, action }) => step === BUILDING && action !== 'skip'))
    await requireLocalBuilder(services.localBuilder);
  const lookAt = planned.some(({ action }) => action !== 'skip') ? lookAtSecrets : glanceAtSecrets;
  const secrets = refreshed ?? (await lookAt(looking));

  const { look, readAll } = liveReader(azure, found);
  const renewed = renewedOutputs({ config, state, options, steps, planned, bases, found, drift: secrets.drift });
  const foretold = await foretell({ ...now, azure, subscriptionId, steps, renewed, look });
  const outlook = { ...now, steps, renewed, foretold };
  const wanted = forecast(outlook);
  const isRunning = (step: StepName): boolean => planned.some((one) => one.step === step && one.action !== 'skip');
  const isLooked = ({ by }: WantedResource): boolean => by.some(isRunning);
  const looked = wanted.filter(isLooked).map(({ resource }) => resource);
  const ours = new Set(wanted.map(({ resource }) => resource.id.toLowerCase()));
  const endangered = wanted.filter((one) => options.refresh || isLooked(one)).map(({ resource }) => resource);
  const input = { environment, config: cache.config, outputs: foreseenOutputs({ state, foretold, renewed }) };
  const omits = async (step: Step): Promise<readonly string[]> =>
    isRunning(step.name) ? ((await step.omits?.(sources, input, look)) ?? []) : [];
  const [live, dangers, omitted] = await settleAll([
    readAll(looked),
    findDangers({ arm: azure.arm, config, ours }, look, endangered),
    settleAll(steps.map(omits)),
  ] as const);

  const group = `/subscriptions/${subscriptionId}/resourceGroups/${config.azure.resourceGroup}`;
  const [needed, locked] = await settleAll([
    neededByOthers({ azure, subscriptionId, ours }, looked, live),
    [...live.keys()].some((id) => groupOf(id) === group.toLowerCase()) ? locksOf(azure.arm, group) : NO_LOCKS,
  ] as const);
  const deleted = await deletedNames({ azure, environment, options }, looked, { found, subscriptionId });
  const {
    locations,
    azure: { resourceGroup },
  } = config;
  const templates = await planTemplates({
    ...{ azure, environment, config, state, options, planned, wanted, live, found },
    outputs: input.outputs,
  });
  const planInput: PlanInput = {
    ...decided,
    environment,
    config,
    outputs: input.outputs,
    target: { subscriptionId: subscriptionId ?? null, resourceGroup, location: locations.resourceGroup },
    wanted: await withLiveLeftovers({ ...outlook, azure, secrets: services.secrets }, wanted, live),
    live,
    needed: needed.fields,
    locks: locked.locks,
    dangers: dangers.found,
    deleted,
    omitted: new Set(omitted.flat()),
    kept: cache.kept,
    renewed: [...renewed].filter(isNoResource).sort(),
    templates,
    unseen: [
      ...templates.unseen,
      ...unseen(subscriptionId, looked, live),
      ...dangers.unseen,
      ...needed.unseen,
      ...locked.unseen,
      ...secrets.unseen,
      ...(request.notAsked?.unseen ?? []),
    ],
    warnings: [
      ...rollbackWarnings(rollback),
      ...keptWarnings(request.config, state),
      ...configWarnings(config),
      ...(await sourceWarnings(source, config)),
      ...secretWarnings(secrets),
    ],
  };
  const asksForRights = request.notAsked === undefined;
  const plan = await planAsAzureAllows(azure, planInput, { secrets: services.secrets, asksForRights });
  const present = new Set(wanted.flatMap(({ resource, by }) => (live.has(resource.id.toLowerCase()) ? by : [])));
  return { plan, wantedIds: wantedIds(wanted, state, config), present, costed: costedResources(plan, planInput) };
}

/**
 * Of a configuration that was checked when it came: what the environment has may be other since then, or be needed by the
 * release that is gone back to. @throws InvalidConfig
 */
function requireSections(config: DeploymentConfig): void {
  const found = [...requiredValues(config), ...unmetNeeds(config), ...knownShares(config)];
  const problems = found.map(({ path, message }) => ({ path: path.join('.'), message }));
  if (problems.length === 0) return;
  throw new InvalidConfig(
    problems,
    problems.map(({ path, message }) => `  ${path}: ${message}`),
  );
}

type Basis = Omit<StepBasis, 'desired'>;

async function dependenciesNow(
  steps: readonly Step[],
  { environment, options, notAsked }: PlanRequest,
  sources: FactSources,
): Promise<ReadonlyMap<StepName, Basis>> {
  const bases = await settleAll(
    steps.map(async (step): Promise<readonly [StepName, Basis]> => {
      if (outOfScope(options, step.name) !== undefined) return [step.name, { dependencies: {}, consumed: [] }];
      const [basis, troubles] = await settleAll([
        stepBasis(step, environment, sources).then((found) => asRecorded(found, sources.state, step.name, notAsked)),
        (notAsked ? undefined : step.troubles?.(sources)) ?? Promise.resolve([]),
      ] as const);
      return [step.name, { ...basis, troubles, isIdle: step.isIdle?.(sources.config) ?? false }];
    }),
  );
  return new Map(bases);
}

type Now = Pick<ForecastInput, 'environment' | 'config' | 'state' | 'foretold'>;

/** What each step wants as things stand, before anything of it is renewed. */
function withDesired(
  steps: readonly Step[],
  bases: ReadonlyMap<StepName, Basis>,
  { environment, config, state, foretold }: Now,
): ReadonlyMap<StepName, StepBasis> {
  const outputs = foreseenOutputs({ state, foretold, renewed: new Set() });
  return new Map(
    steps.map((step) => {
      const basis = bases.get(step.name) ?? { dependencies: {}, consumed: [] };
      const parts = recordedParts(config, state).filter((part) => part.step === step.name);
      return [step.name, { ...basis, desired: [...desiredNow(step, environment, config, outputs), ...parts] }] as const;
    }),
  );
}

function subscriptionOutput(subscriptionId: string | undefined): ReadonlyMap<string, string> {
  if (subscriptionId === undefined) return new Map();
  return new Map([[outputName(outputReference(['subscriptionId'])), subscriptionId]]);
}

/** What the steps can tell before they run, each with what the ones before it told. */
async function foretell(
  input: ForecastInput & {
    readonly azure: Azure;
    readonly subscriptionId: string | undefined;
    readonly look: Look;
  },
): Promise<ReadonlyMap<string, string>> {
  const { subscriptionId } = input;
  if (subscriptionId === undefined) return input.foretold;
  const foretold = new Map(input.foretold);
  for (const step of inOrder(input.steps)) {
    const recorded = Object.keys(input.state.steps[step.name]?.outputs ?? {});
    const isKnown = recorded.length > 0 && !recorded.some((output) => input.renewed.has(`${step.name}.${output}`));
    if (isKnown || !step.foretells) continue;
    const outputs = foreseenOutputs({ ...input, foretold });
    const told = await step.foretells({ ...input, subscriptionId, outputs }, input.look);
    for (const [output, value] of Object.entries(told)) {
      foretold.set(outputName({ step: step.name, output }), value);
    }
  }
  return foretold;
}

const BUILDING = stepLeaving('image');

function isBuiltHere({ docker, deployment }: DeploymentConfig): boolean {
  return docker.builder === 'local' && !docker.registry && !deployment.skipBuild;
}

const MAKING_NO_RESOURCES: readonly StepName[] = [BUILDING, stepLeaving('secret')];

function isNoResource(output: string): boolean {
  return MAKING_NO_RESOURCES.some((step) => output.startsWith(`${step}.`));
}

function unseen(
  subscriptionId: string | undefined,
  looked: readonly WantedResource['resource'][],
  live: LiveResources,
): readonly string[] {
  if (subscriptionId === undefined) return ['nothing on Azure was looked at: the subscription is not known'];
  return looked.flatMap(({ id, title }) =>
    live.get(id.toLowerCase()) === 'unreadable' ? [`${title}: it may not be read (${id})`] : [],
  );
}

function rollbackWarnings(to: RollbackTarget | undefined): readonly CodedWarning[] {
  if (!to) return [];
  const { runId, at, leftAlone } = to;
  const others = leftAlone.length === 0 ? '' : ` Left as it is, though it was otherwise then: ${leftAlone.join(', ')}.`;
  return [
    coded(
      'data_not_rolled_back',
      `Back to the images, variables and scale of run ${runId} (${at}). Databases, migrations and secrets are not rolled back.${others}`,
    ),
  ];
}
