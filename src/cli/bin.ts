#!/usr/bin/env node
// Of an older Node nothing but this file is asked for, and of Node's own modules no name that it may not have.
import module from 'node:module';

const NEEDED = [22, 21] as const;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(
    `draftgenie-deploy needs Node ${NEEDED.join('.')} or newer; this is Node ${process.versions.node}.\n`,
  );
  process.exitCode = 64;
} else {
  // Before anything else is loaded. In Node's own place among the temporary files, or where NODE_COMPILE_CACHE says.
  module.enableCompileCache();
  const { runCli } = await import('./program.ts');
  process.exitCode = await runCli(process.argv.slice(2));
}
