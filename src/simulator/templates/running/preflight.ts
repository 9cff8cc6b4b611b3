import type { JsonObject } from '../../../shared/json.ts';
import { apiVersionProblem } from '../../arm/api-versions.ts';
import { authorizationProblem } from '../../arm/authorization.ts';
import { registrationProblem } from '../../arm/requests/admission.ts';
import { parseResourcePath } from '../../arm/resource-id.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import type { World } from '../../world.ts';
import { DEPLOYMENT_TYPE } from '../definition/steps.ts';
import { NotKnownYet, TemplateError } from '../expressions/scope.ts';
import type { DeploymentRun, DeploymentStep } from './deployment-run.ts';
import { nestedOrder, planRun } from './plan-run.ts';
import { invalidTemplate, RefusedError, templateRefusal, validationFailed } from './refused.ts';
import { requestOf, type Types } from './resource-requests.ts';
import { scopeOfRun } from './run-scope.ts';

/** https://learn.microsoft.com/rest/api/resources/deployments/validate#validationlevel */
export type ValidationLevel = 'Provider' | 'ProviderNoRbac' | 'Template';

const LEVELS: readonly ValidationLevel[] = ['Provider', 'ProviderNoRbac', 'Template'];

/** What a validation or a what-if asks for; undefined where that is none of the levels. */
export function validationLevel({ validationLevel: asked }: JsonObject): ValidationLevel | undefined {
  if ((asked ?? null) === null) return 'Provider';
  return LEVELS.find((level) => level.toLowerCase() === String(asked).toLowerCase());
}

/**
 * What Resource Manager refuses of a deployment before it begins, of nested ones too as far as they are known: types and versions that
 * are none, providers that are not registered, rights that whoever deploys has not.
 */
export function preflight(world: World, run: DeploymentRun, types: Types, level: ValidationLevel): Refusal | undefined {
  const runs = [run, ...nestedRuns(world, run)];
  const wrong = runs.flatMap((one) => (one instanceof Error ? [templateRefusal(one, validationFailed)] : []));
  if (wrong[0]) return wrong[0];
  const deployed = runs.flatMap((one) =>
    one instanceof Error ? [] : one.steps.filter(({ isDeployed }) => isDeployed).map((step) => ({ step, run: one })),
  );
  const unknown = deployed.flatMap(({ step }) => typeProblem(step, types) ?? []);
  if (unknown[0]) return unknown[0];
  if (level === 'Template') return undefined;
  const problems = deployed.flatMap(({ step, run: of }) => providerProblem(world, of, step, types) ?? []);
  if (problems.length > 0) return several(problems);
  return level === 'Provider' ? forbidden(world, deployed, types) : undefined;
}

/** The runs of nested deployments, also inside of each other, that are known beforehand; what is wrong with one in its place. */
function nestedRuns(world: World, run: DeploymentRun): readonly (DeploymentRun | TemplateError)[] {
  const scope = scopeOfRun(world, run, run.parameters);
  return run.steps
    .filter(({ type, isDeployed }) => isDeployed && type.toLowerCase() === DEPLOYMENT_TYPE.toLowerCase())
    .flatMap((step) => {
      try {
        const nested = planRun(world, nestedOrder(run, step, scope), run);
        return [nested, ...nestedRuns(world, nested)];
      } catch (error) {
        // Secrets of vaults that this deployment makes are read when it has come so far.
        if (error instanceof NotKnownYet || error instanceof RefusedError) return [];
        if (error instanceof TemplateError) return [error];
        throw error;
      }
    });
}

function typeProblem(step: DeploymentStep, types: Types): Refusal | undefined {
  const path = parseResourcePath(step.id, types);
  // Settings of a site, and the like, are no resources of their own here; their parent's type answers for them.
  const isKnown = path !== undefined && (path.rest.length === 0 || path.type.handle !== undefined);
  return isKnown
    ? undefined
    : invalidTemplate(
        validationFailed(
          `The resource type '${step.type}' of the template resource '${step.name}' is not known to the simulator`,
        ),
      );
}

function providerProblem(world: World, run: DeploymentRun, step: DeploymentStep, types: Types): Refusal | undefined {
  const path = parseResourcePath(step.id, types);
  if (!path) return undefined;
  const request = requestOf('PUT', step.id, step.apiVersion, run);
  return apiVersionProblem(request, path.type) ?? registrationProblem(world, request, path);
}

/** The words: https://github.com/Azure-Samples/azure-search-openai-demo/issues/1483 */
function forbidden(
  world: World,
  deployed: readonly { readonly step: DeploymentStep; readonly run: DeploymentRun }[],
  types: Types,
): Refusal | undefined {
  const messages = deployed.flatMap(({ step, run }) => {
    const path = parseResourcePath(step.id, types);
    const problem = path && authorizationProblem(world, requestOf('PUT', step.id, step.apiVersion, run), path);
    const [, action = ''] = /perform action '([^']+)'/.exec(problem?.message ?? '') ?? [];
    return problem
      ? [
          `Authorization failed for template resource '${step.name}' of type '${step.type}'. The client '${run.principal}' with object id '${run.principal}' does not have permission to perform action '${action}' at scope '${step.id}'.`,
        ]
      : [];
  });
  if (messages.length === 0) return undefined;
  const message =
    messages.length === 1
      ? `The template deployment failed with error: '${messages[0]}'.`
      : `Deployment failed with multiple errors: '${messages.join(':')}'`;
  return refuse(403, 'InvalidTemplateDeployment', message);
}

function several(problems: readonly Refusal[]): Refusal | undefined {
  const [first] = problems;
  const same = problems.every(({ code, message }) => code === first?.code && message === first.message);
  if (!first || same) return first;
  return {
    ...refuse(
      400,
      'MultipleErrorsOccurred',
      `Multiple error occurred: ${problems.map(({ code }) => code).join(',')}. Please see details.`,
    ),
    details: problems.map(({ code, message }) => ({ code, message })),
  };
}
