import type { DeploymentConfig } from '../../../src/domain/config/model.ts';
import { CHANGES_BY_HAND, handOf } from '../../helpers/cloud/changes-by-hand.ts';
import type { Bench } from '../copies/bench.ts';
import { createGate } from '../copies/gate.ts';

const BY_HAND = [
  'the database, deleted',
  'the admin user of the registry',
  'the address range of the firewall rule',
  'a variable of an app',
];

/** What somebody does to a deployed example past its deployer: enough that a repair has something to do in several steps. */
export async function changeByHand(bench: Bench, config: DeploymentConfig): Promise<void> {
  const { arm } = await (await bench.services(createGate(0))).azure(config);
  const group = (await bench.state()).resources['resource-group']?.id ?? '';
  for (const { title, make } of CHANGES_BY_HAND) if (BY_HAND.includes(title)) await make(handOf(arm, group));
}
