import type { FaultRule } from '../../src/simulator/faults.ts';
import { createDeployer } from '../faults/deployment.ts';
import type { Picture } from '../faults/picture.ts';
import type { SceneName } from '../faults/scenes.ts';
import { installVirtualTime } from '../faults/virtual-time.ts';
import { answerOrders } from '../helpers/processes/child-pool.ts';
import { type LossCase, tryLoss, tryStorageFaults, undisturbedRun } from './trial.ts';

/** A process that tries the cases it is sent, one after the other: time is its own, and so are the functions. */
export type Order = { readonly scene: SceneName } & (
  | { readonly kind: 'undisturbed' }
  | { readonly kind: 'loss'; readonly one: LossCase; readonly expected: Picture }
  | { readonly kind: 'faults'; readonly rules: readonly FaultRule[]; readonly expected: Picture }
);

const deployer = await createDeployer();
const time = installVirtualTime(() => deployer.underWay() > 0);
const company = { deployer, time };

answerOrders(async (order: Order): Promise<unknown> => {
  const { scene } = order;
  if (order.kind === 'undisturbed') return await undisturbedRun(company, scene);
  if (order.kind === 'faults') return await tryStorageFaults(company, scene, order.rules, order.expected);
  return await tryLoss(company, scene, order.one, order.expected);
});
