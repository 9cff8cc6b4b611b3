import { createDeployer } from '../faults/deployment.ts';
import { installVirtualTime } from '../faults/virtual-time.ts';
import { answerOrders } from '../helpers/processes/child-pool.ts';
import { type LossCase, tryLoss, type Undisturbed, undisturbedRun } from './trial.ts';

/** A process that tries the cases it is sent, one after the other: time is its own, and so are the functions. */
export type Order = { readonly kind: 'undisturbed' } | { readonly kind: 'loss'; readonly one: LossCase };

/** As a message can say it. */
export interface ToldRun {
  readonly writes: number;
  readonly written: readonly (readonly (readonly [string, number])[])[];
}

const deployer = await createDeployer();
const time = installVirtualTime(() => deployer.underWay() > 0);
let undisturbed: Undisturbed | undefined;

answerOrders(async (order: Order): Promise<unknown> => {
  undisturbed ??= await undisturbedRun(deployer, time);
  const { picture, writes, written } = undisturbed;
  if (order.kind === 'undisturbed') return { writes, written: written.map((counts) => [...counts]) } satisfies ToldRun;
  return await tryLoss(deployer, time, order.one, picture);
});
