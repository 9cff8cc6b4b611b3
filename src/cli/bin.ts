#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Before anything else is loaded. In Node's own place among the temporary files, or where NODE_COMPILE_CACHE says.
enableCompileCache();
const { runCli } = await import('./program.ts');
process.exitCode = await runCli(process.argv.slice(2));
