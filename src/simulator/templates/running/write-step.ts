import { putResource } from '../../arm/lifecycle.ts';
import { type ArmReply, refused } from '../../arm/message.ts';
import type { Target } from '../../arm/write-rules.ts';
import { bendOperation } from '../../faults/bend-operation.ts';
import type { Fault } from '../../faults.ts';
import { refuse } from '../../refusal.ts';
import type { World } from '../../world.ts';
import { bodyOf } from '../definition/body.ts';
import { DEPLOYMENT_TYPE } from '../definition/steps.ts';
import type { Scope } from '../expressions/scope.ts';
import type { DeploymentRun, DeploymentStep } from './deployment-run.ts';
import { nestedOrder } from './plan-run.ts';
import { answerOfType, isReply, requestOf, type Types, targetOf } from './resource-requests.ts';
import { startRun } from './start-run.ts';

/** Writes a resource, as a PUT of whoever deploys would; a nested deployment is begun. @throws TemplateError */
export function writeStep(
  world: World,
  run: DeploymentRun,
  step: DeploymentStep,
  types: Types,
  scope: Scope,
): ArmReply {
  const isNested = step.type.toLowerCase() === DEPLOYMENT_TYPE.toLowerCase();
  const body = isNested ? undefined : bodyOf(run.template, step, scope);
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
