import { defineConfig } from 'vitest/config';

/** Tests that mutants of src/domain must not survive (`npm run test:mutation`). */
export default defineConfig({
  test: {
    pool: 'forks',
    include: ['test/unit/domain/**/*.test.ts', 'test/unit/activities/*.test.ts'],
  },
});
