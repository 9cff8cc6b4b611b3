import { inject } from 'vitest';

/** The command line as users have it: what `npm run build` makes of it, once for all tests. */
export const COMMAND_LINE = inject('commandLine');
