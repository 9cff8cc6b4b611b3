import type { JsonObject } from '../../../shared/json.ts';
import { putResource } from '../../arm/lifecycle.ts';
import { type ArmReply, refused } from '../../arm/message.ts';
import type { Target } from '../../arm/write-rules.ts';
import { bendOperation } from '../../faults/bend-operation.ts';
import type { Fault } from '../../faults.ts';
import { refuse } from '../../refusal.ts';
import type { World } from '../../world.ts';
import { resourceAt } from '../definition/dependencies.ts';
import { DEPLOYMENT_TYPE, scopeOf } from '../definition/steps.ts';
import { evaluate } from '../expressions/evaluate.ts';
import type { Scope } from '../expressions/scope.ts';
import type { DeploymentRun, DeploymentStep } from './deployment-run.ts';
import { nestedOrder } from './plan-run.ts';
import { answerOfType, isReply, requestOf, type Types, targetOf } from './resource-requests.ts';
import { startRun } from './start-run.ts';

/** Members of a resource in a template that are about its deployment, not of its body. */
const ABOUT: readonly string[] = [
  'type',
  'apiVersion',
  'name',
  'scope',
  'dependsOn',
  'metadata',
  'existing',
  'condition',
  'copy',
  'comments',
  'resources',
  'resourceGroup',
  'subscriptionId',
];

/** The body of a resource's write. @throws TemplateError */
export function bodyOf(
  run: DeploymentRun,
  step: DeploymentStep,
  scope: Scope,
  unknown?: Parameters<typeof evaluate>[2],
): JsonObject {
  const resource = Object.entries(resourceAt(run.template, step.source)).filter(([key]) => !ABOUT.includes(key));
  return evaluate(Object.fromEntries(resource), scopeOf(step, scope), unknown) as JsonObject;
}

/** Writes a resource, as a PUT of whoever deploys would; a nested deployment is begun. @throws TemplateError */
export function writeStep(
  world: World,
  run: DeploymentRun,
  step: DeploymentStep,
  types: Types,
  scope: Scope,
): ArmReply {
  const isNested = step.type.toLowerCase() === DEPLOYMENT_TYPE.toLowerCase();
  const body = isNested ? undefined : bodyOf(run, step, scope);
  const fault = world.listeners.faultOfWrite?.(step.id);
  const answerOfFault = fault && instead(fault);
  if (answerOfFault && !isAfterEffect(fault)) return answerOfFault;
  const target = targetOf(world, requestOf('PUT', step.id, step.apiVersion, run, body), types);
  if (isReply(target)) return target;
  const reply = isNested ? startRun(target, nestedOrder(run, step, scope), run) : written(target);
  const operation = world.state.operations[reply.operation ?? ''];
  if (operation && fault) bendOperation(operation, fault, undefined);
  return answerOfFault ?? reply;
}

function written(target: Target): ArmReply {
  return target.rest.length > 0 ? answerOfType(target) : putResource(target);
}

/** What Resource Manager hears instead of the provider's answer: where none comes, it says so itself. */
function instead(fault: Fault): ArmReply | undefined {
  if (fault.kind === 'status') {
    const { status, code = `Http${status}` } = fault;
    return refused(refuse(status, code, `The simulator was told to answer ${status}.`));
  }
  if (!UNANSWERED.includes(fault.kind)) return undefined;
  return refused(
    refuse(
      504,
      'GatewayTimeout',
      'The gateway did not receive a response from the resource provider within the specified time period.',
    ),
  );
}

const UNANSWERED: readonly Fault['kind'][] = ['reset', 'silence', 'truncate', 'half', 'trickle'];

function isAfterEffect(fault: Fault): boolean {
  return 'afterEffect' in fault ? fault.afterEffect === true : fault.kind !== 'status';
}
