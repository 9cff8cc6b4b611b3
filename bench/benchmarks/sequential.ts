import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../../src/cli/load-config.ts';
import { startSimulatorProcess } from '../../src/cli/simulator-process.ts';
import { readCloudFile } from '../../src/simulator/cloud-file/journal.ts';
import type { CloudState } from '../../src/simulator/store.ts';
import { openSource } from '../../src/source/source-tree.ts';
import type { Benchmark } from '../figure.ts';
import { runExample } from '../runs/run-cli.ts';
import { deploySequentially } from '../sequential/deploy.ts';

/** So many times as fast as Azure. */
const SPEED = 20;

const EXAMPLE = fileURLToPath(new URL('../../examples/draftgenie', import.meta.url));

/** Our first deployment beside the same steps as a plain script on the Azure SDKs, against the same simulator at the same speed. */
export const sequential: Benchmark = {
  name: 'sequential',
  async measure() {
    const directory = await mkdtemp(join(tmpdir(), 'draftgenie-bench-'));
    const simulator = await startSimulatorProcess({ directory, profile: 'realistic', speed: SPEED });
    try {
      const config = await loadConfig({
        config: join(EXAMPLE, 'config.yaml'),
        allowUnknownKeys: false,
        environment: 'default',
        var: {},
      });
      const source = await openSource(EXAMPLE, { cacheFile: join(directory, 'cache.txt') });
      const began = performance.now();
      await deploySequentially(simulator, config, source, SPEED);
      const script = (performance.now() - began) / 1000;
      const ours = await runExample({ speed: SPEED });
      const theirs = readCloudFile(join(directory, 'cloud.json')) as unknown as CloudState;
      if (typesOf(theirs) !== typesOf(ours.cloud)) {
        throw new Error(`the script made another cloud:\n${typesOf(theirs)}\n${typesOf(ours.cloud)}`);
      }
      return [
        {
          name: `full deployment at ${SPEED} times the speed of Azure, ours`,
          value: ours.seconds,
          unit: 's',
          beside: { name: 'a sequential script on the Azure SDKs', value: script },
          target: { of: 'ratio', atMost: 1 },
        },
      ];
    } finally {
      await simulator.stop();
      await rm(directory, { recursive: true, force: true });
    }
  },
};

/** Names may hold ids of principals, which differ from cloud to cloud. */
function typesOf({ resources }: CloudState): string {
  return Object.values(resources)
    .map(({ type }) => type.toLowerCase())
    .sort()
    .join(' ');
}
