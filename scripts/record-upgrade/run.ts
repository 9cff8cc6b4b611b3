import { fileURLToPath } from 'node:url';
import { recordCommandLine } from './command-line.ts';
import { recordServedApp } from './served-app.ts';

/**
 * Records what an earlier commit leaves behind, at its end and killed in mid-run, for test/e2e/upgrade.test.ts:
 * `npm run record-upgrade CHECKOUT COMMIT`, where CHECKOUT has its packages installed and is left as it is.
 */
const [checkout = '', commit = ''] = process.argv.slice(2);
const fixtures = fileURLToPath(new URL(`../../test/fixtures/upgrade/${commit}`, import.meta.url));
await recordCommandLine(checkout, fixtures);
await recordServedApp(checkout, fixtures);
