import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Builds what the tests of a project run as users do. */
const PRODUCT = './test/helpers/product/build.ts';
const reporters = ['default', './test/helpers/closing-line-reporter.ts'];

export default defineConfig({
  test: {
    reporters,
    pool: 'forks',
    // Most of them wait for child processes, and some for minutes for an answer that never comes: one more than there are cores.
    maxWorkers: availableParallelism() + 1,
    // Thousands of processes start: the product, its simulator and Azurite; compiled once, each takes a third less.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'draftgenie-test-compile-cache') },
    projects: [
      {
        extends: true,
        // A machine that is busy with everything else at once may hold a test of milliseconds up for seconds.
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/architecture/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      // A sample of hostile inputs; `npm run test:fuzz` runs twenty times as many.
      { extends: true, test: { name: 'fuzz', include: ['test/fuzz/**/*.test.ts'], testTimeout: 480_000 } },
      // A sample of the faults; `npm run test:faults` tries every one at every request.
      { extends: true, test: { name: 'faults', include: ['test/faults/**/*.test.ts'] } },
      // A sample of what a storage may forget, and of its faults; `npm run test:storage` tries all of them.
      { extends: true, test: { name: 'storage', include: ['test/storage/**/*.test.ts'] } },
      // A sample of kills and other accidents; `npm run test:crash` tries them all.
      {
        extends: true,
        test: {
          name: 'crash',
          globalSetup: PRODUCT,
          include: ['test/crash/**/*.test.ts'],
          testTimeout: 600_000,
        },
      },
      {
        extends: true,
        test: { name: 'contract', include: ['test/contract/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          globalSetup: PRODUCT,
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 480_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
