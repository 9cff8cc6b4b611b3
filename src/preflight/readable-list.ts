import { AzureError } from '../azure/errors.ts';
import type { Arm, ArmResource } from '../azure/ports.ts';

/** The members of a collection; undefined: its scope does not exist, or it may not be read. */
export async function readableList(
  arm: Pick<Arm, 'list'>,
  ...request: Parameters<Arm['list']>
): Promise<readonly ArmResource[] | undefined> {
  try {
    return await arm.list(...request);
  } catch (error) {
    if (error instanceof AzureError && (error.statusCode === 404 || error.statusCode === 403)) return undefined;
    throw error;
  }
}
