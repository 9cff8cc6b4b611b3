import { fileURLToPath } from 'node:url';
import { recordCommandLine } from './command-line.ts';
import { recordServedApp } from './served-app.ts';

/**
 * Records what an earlier commit leaves behind, at its end and killed in mid-run, for test/e2e/upgrade.test.ts:
 * `npm run record-upgrade CHECKOUT COMMIT [NAME…]`, where CHECKOUT has its packages installed and is left as it is; without names
 * all there is to record.
 */
const [checkout = '', commit = '', ...names] = process.argv.slice(2);
const isAsked = (name: string): boolean => names.length === 0 || names.includes(name);
const fixtures = fileURLToPath(new URL(`../../test/fixtures/upgrade/${commit}`, import.meta.url));
await recordCommandLine(checkout, fixtures, isAsked);
if (isAsked('served')) await recordServedApp(checkout, fixtures);
