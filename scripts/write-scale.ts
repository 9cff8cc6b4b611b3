import { keepMeasured, readMeasured } from '../bench/scale/measured.ts';

// Limits or the simulation have changed, and what runs ask has not: `npm run bench -- scale` counts that anew.
await keepMeasured(await readMeasured());
