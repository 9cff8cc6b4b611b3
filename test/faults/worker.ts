import { answerOrders } from '../helpers/processes/child-pool.ts';
import type { Case } from './cases.ts';
import { createDeployer } from './deployment.ts';
import type { Picture } from './picture.ts';
import type { SceneName } from './scenes.ts';
import { tryCases, undisturbedRun } from './trial.ts';
import { installVirtualTime } from './virtual-time.ts';

/** A process that tries the cases it is sent, one after the other: time is its own, and so are the functions. */
export type Order = { readonly scene: SceneName } & (
  | { readonly kind: 'undisturbed' }
  /** All of them in one run. */
  | { readonly kind: 'cases'; readonly cases: readonly Case[]; readonly expected: Picture }
);

const deployer = await createDeployer();
const time = installVirtualTime(() => deployer.underWay() > 0);
const company = { deployer, time };

answerOrders(async (order: Order): Promise<unknown> => {
  if (order.kind === 'undisturbed') return await undisturbedRun(company, order.scene);
  return await tryCases(company, order.scene, order.cases, order.expected);
});
