import type { FaultRule } from '../../src/simulator/faults.ts';
import { createDeployer } from '../faults/deployment.ts';
import { installVirtualTime } from '../faults/virtual-time.ts';
import type { BlobRequest } from '../helpers/blobs/blob-service.ts';
import { answerOrders } from '../helpers/processes/child-pool.ts';
import { type LossCase, tryLoss, tryStorageFaults, type Undisturbed, undisturbedRun } from './trial.ts';

/** A process that tries the cases it is sent, one after the other: time is its own, and so are the functions. */
export type Order =
  | { readonly kind: 'undisturbed' }
  | { readonly kind: 'loss'; readonly one: LossCase }
  | { readonly kind: 'faults'; readonly rules: readonly FaultRule[] };

/** As a message can say it. */
export interface ToldRun {
  readonly requests: readonly BlobRequest[];
  readonly writes: number;
  readonly written: readonly (readonly (readonly [string, number])[])[];
}

const deployer = await createDeployer();
const time = installVirtualTime(() => deployer.underWay() > 0);
let undisturbed: Undisturbed | undefined;

answerOrders(async (order: Order): Promise<unknown> => {
  undisturbed ??= await undisturbedRun(deployer, time);
  const { picture, writes, written, requests } = undisturbed;
  if (order.kind === 'undisturbed')
    return { requests, writes, written: written.map((counts) => [...counts]) } satisfies ToldRun;
  if (order.kind === 'faults') return await tryStorageFaults(deployer, time, order.rules, picture);
  return await tryLoss(deployer, time, order.one, picture);
});
