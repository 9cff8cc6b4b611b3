import { readFileSync, writeFileSync } from 'node:fs';
import { readmeWithSteps } from './steps-section.ts';

const README = new URL('../README.md', import.meta.url);

writeFileSync(README, readmeWithSteps(readFileSync(README, 'utf8')));
