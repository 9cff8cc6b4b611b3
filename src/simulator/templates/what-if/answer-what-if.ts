import { isJsonObject } from '../../../shared/json.ts';
import { type ArmReply, apiVersionOf, objectBody, refused } from '../../arm/message.ts';
import { startOperation } from '../../arm/operations.ts';
import type { Target } from '../../arm/write-rules.ts';
import type { DeploymentOrder } from '../running/plan-run.ts';
import type { ValidationLevel } from '../running/preflight.ts';
import { templateRefusal, validationFailed } from '../running/refused.ts';
import type { Caller } from '../running/resource-requests.ts';
import { checkedRun, placeProblem } from '../running/start-run.ts';
import { changesOf, type ResultFormat } from './changes.ts';

const SECONDS = 4;

/**
 * Says what a deployment would change, with `Location` alone, whose end is the result
 * (https://learn.microsoft.com/rest/api/resources/deployments/what-if). The same rights are needed as for the deployment.
 */
export function answerWhatIf(target: Target, order: DeploymentOrder, caller: Caller, level: ValidationLevel): ArmReply {
  const { world, id, type, request, types } = target;
  const problem = placeProblem(world, order);
  if (problem) return refused(problem);
  const run = checkedRun(target, order, caller, level);
  if ('code' in run) return refused(run);
  try {
    const { changes, diagnostics } = changesOf(world, run, types, formatOf(target));
    const properties = {
      correlationId: caller.correlationId,
      changes: [...changes],
      potentialChanges: [],
      diagnostics: [...diagnostics],
    };
    const asked = {
      kind: 'action',
      resourceId: id,
      type: type.type,
      location: 'global',
      apiVersion: apiVersionOf(request),
    } as const;
    const operation = startOperation(world, asked, SECONDS, undefined);
    operation.result = { status: 'Succeeded', properties };
    const location = `${request.origin}${id}/operationResults/${operation.id}?api-version=${apiVersionOf(request)}&t=638000000000000000&c=CERT&s=SIG&h=HASH`;
    return { status: 202, headers: { location, 'retry-after': '0' }, operation: operation.id };
  } catch (error) {
    return refused(templateRefusal(error, validationFailed));
  }
}

function formatOf({ request }: Target): ResultFormat {
  const { properties } = objectBody(request.body) ?? {};
  const settings = isJsonObject(properties) ? properties.whatIfSettings : undefined;
  const asked = isJsonObject(settings) ? String(settings.resultFormat).toLowerCase() : '';
  return asked === 'resourceidonly' ? 'ResourceIdOnly' : 'FullResourcePayloads';
}
