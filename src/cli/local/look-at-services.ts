import { createSteps } from '../../activities/activities.ts';
import type { ServicesView } from '../../domain/api/service-views.ts';
import { reportServices } from '../../planning/services/report-services.ts';
import { systemClock } from '../../shared/clock.ts';
import type { CommonOptions } from '../options.ts';
import { requireFreeSimulator } from '../simulator-process.ts';
import { type CloudConnection, connectCloud } from './cloud-connection.ts';
import type { LocalStores } from './find-stores.ts';

/**
 * How the services are, for who may look: no secret of the configuration is needed, and none is read. The simulator serves one process at
 * a time, and a run may have it for long: nobody waits for that.
 *
 * @throws UserError `simulator_in_use`, and what `reportServices` throws
 */
export async function lookAtServices(stores: LocalStores, options: CommonOptions): Promise<ServicesView> {
  const { simulatorDirectory } = stores.workspace;
  let cloud: Promise<CloudConnection> | undefined;
  const open = async (): Promise<CloudConnection> => {
    if (options.simulate) await requireFreeSimulator(simulatorDirectory);
    return await connectCloud(options, simulatorDirectory, () => undefined);
  };
  const connect = (): Promise<CloudConnection> => {
    cloud ??= open();
    return cloud;
  };
  const sources = { clock: systemClock, stores: () => stores, azure: async () => (await connect()).azure };
  try {
    return await reportServices(sources, createSteps(), stores.environment);
  } finally {
    const connection = await cloud?.catch(() => undefined);
    await connection?.close();
  }
}
