import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Behaviour } from '../../../src/simulator/behaviour.ts';
import { startSimulator } from '../../../src/simulator/simulator.ts';
import type { Sandbox } from '../cli.ts';

/** The sandbox's cloud, before anything is in it, is told of images of registries that are not Azure's. */
export async function tellImages(sandbox: Sandbox, images: Behaviour['images']): Promise<void> {
  const folder = join(sandbox.directory, '.draftgenie-deploy/simulator');
  await mkdir(folder, { recursive: true });
  const simulator = await startSimulator({ profile: 'instant', stateFile: join(folder, 'cloud.json') });
  simulator.behave({ images });
  await simulator.close();
}
