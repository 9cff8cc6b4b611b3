import { expect, it } from 'vitest';
import { askedOptionsSchema } from '../../../src/domain/api/requests.ts';
import type { RunRequest } from '../../../src/domain/run.ts';
import { runOfKey } from '../../../src/runs/earlier-call.ts';
import { runOptions } from '../../../src/runs/run-options.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { fileStorage } from '../../helpers/file-storage.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const RUN = 'production-01JGFJMV5BZWT5PSNFY9ZC0E22';

it('a key is known again that commit 5b07673 was called with: options are compared in one order', async () => {
  const storage = fileStorage(await tempDirectory(), systemClock);
  // Request and digest as that commit stored them.
  await storage.keyedCall('production', 'upgrade', {
    runId: RUN,
    requestDigest: '28ea8d64eb041830e76c53546bc403faffd643129acda1b58c5dd9aa51169c42',
  });
  const request: RunRequest = {
    runId: 'production-01M8MMRGF133DFT4KPFMZRTVZ1',
    environment: 'production',
    requestedAt: '2025-01-01T00:01:01.998Z',
    requestedBy: 'key',
    configDigest: '8658ab5a1f5bcd6538dd4cb9d6a08591db924ca1eea61352a071a9d796728e5a',
    options: runOptions(askedOptionsSchema.parse({ autoApprove: true }), {
      ...deploymentConfig(),
      deployment: { skipBuild: false, skipMigrations: false, dryRun: false, verbose: false, resume: false },
    }),
    source: null,
    requestDigest: '8fe7adf8f706f6084884c44f8fd6e587a85a6d91a78e9c83b16673f9e0acc665',
    productVersion: '0.1.0',
    trigger: 'http',
    engine: 'functions:serve@here',
    waits: false,
    adoptsOperationsOf: null,
  };
  const { runId } = await runOfKey(storage, storage.environment('production'), 'upgrade', request);
  expect(runId).toBe(RUN);
});
