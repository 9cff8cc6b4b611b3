import { deepestError } from '../../azure/error-body.ts';
import { AzureError } from '../../azure/errors.ts';
import { nameOf, typeOf } from '../../domain/ids.ts';
import { type DeployedOperation, isDeployment } from './deployed-parts.ts';

/** What a failed deployment says is in its operations: each with the resource that it is about. */
export function deploymentFailure(error: AzureError, operations: readonly DeployedOperation[]): AzureError {
  const failed = operations
    .filter(({ state, id }) => state.toLowerCase() === 'failed' && !isDeployment(id))
    .flatMap(({ id, says }) => {
      const found = deepestError(says);
      return found ? [{ id, ...found }] : [];
    });
  const [first] = failed;
  if (!first) return error;
  const message = failed.map(({ id, code, message: why }) => `${typeOf(id)} ${nameOf(id)}: ${code}: ${why}`).join('; ');
  const { codes, code } = first;
  return new AzureError({ ...error, code, message, codes: [...error.codes, ...codes] });
}
