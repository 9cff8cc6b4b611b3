import { answerOrders } from '../helpers/processes/child-pool.ts';
import type { Case } from './cases.ts';
import { createDeployer } from './deployment.ts';
import { tryCase, type Undisturbed, undisturbedRun } from './trial.ts';
import { installVirtualTime } from './virtual-time.ts';

/** A process that tries the cases it is sent, one after the other: time is its own, and so are the functions. */
export type Order = { readonly kind: 'undisturbed' } | { readonly kind: 'case'; readonly one: Case };

const deployer = await createDeployer();
const time = installVirtualTime(() => deployer.underWay() > 0);
let undisturbed: Undisturbed | undefined;

answerOrders(async (order: Order) => {
  undisturbed ??= await undisturbedRun(deployer, time);
  if (order.kind === 'undisturbed') return undisturbed.requests;
  return await tryCase(deployer, time, order.one, undisturbed.picture);
});
