import { createSteps } from '../../activities/activities.ts';
import type { ServicesView } from '../../domain/api/service-views.ts';
import { reportServices } from '../../planning/services/report-services.ts';
import { systemClock } from '../../shared/clock.ts';
import type { CommonOptions } from '../options.ts';
import { connectCloud } from './cloud-connection.ts';
import type { LocalStores } from './find-stores.ts';

/** How the services are, for who may look: no secret of the configuration is needed, and none is read. */
export async function lookAtServices(stores: LocalStores, options: CommonOptions): Promise<ServicesView> {
  let cloud: ReturnType<typeof connectCloud> | undefined;
  const connect = (): ReturnType<typeof connectCloud> => {
    cloud ??= connectCloud(options, stores.workspace.simulatorDirectory, () => undefined);
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
