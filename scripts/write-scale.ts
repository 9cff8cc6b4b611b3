import { keepMeasured, readMeasured, writeScalePage } from '../bench/scale/measured.ts';

// Limits or the simulation have changed, and what runs ask has not: `npm run bench -- scale` counts that anew.
const measured = await readMeasured();
if (measured) await keepMeasured(measured);
else await writeScalePage(undefined);
