import { rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ALL_PARTS } from './bundle.ts';
import { writeParts } from './write-parts.ts';

/**
 * Makes `dist/`: the Functions app and the command line.
 * Usage: npm run build [-- FOLDER]
 */
const target = process.argv[2] ?? fileURLToPath(new URL('../dist', import.meta.url));
await rm(target, { recursive: true, force: true });
await writeParts(ALL_PARTS, target);
await writeFile(
  `${target}/README.txt`,
  'Made by `npm run build`. `main.js` with `main/` is the Functions app, `cli.js` the command line.\n',
);
