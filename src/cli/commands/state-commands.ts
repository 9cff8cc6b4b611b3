import type { Command } from 'commander';
import { always, type Lazily } from '../lazily.ts';
import { addCommonOptions } from '../options.ts';

/** The commands below `state`. */
export function addStateCommands(program: Command, lazily: Lazily): void {
  const state = program.command('state').description('look at the state document, or repair it');
  const stateCommand = (name: string, description: string): Command =>
    addCommonOptions(state.command(name).description(description));
  stateCommand('show', 'print the state document').action(
    lazily({ doing: 'reading the state', onlyLooks: always }, async () => (await import('./state.ts')).showState),
  );
  stateCommand('reset', 'forget what was deployed; a copy is kept')
    .option('--auto-approve', 'do not ask', false)
    .action(lazily({ doing: 'reading the state' }, async () => (await import('./state.ts')).resetState));
  stateCommand('unlock', 'break the lock of a run that is gone')
    .option('--auto-approve', 'do not ask', false)
    .action(lazily({ doing: 'reading the lock' }, async () => (await import('./state.ts')).unlockState));
  stateCommand('restore', 'go back to the state that an earlier successful run left; a copy is kept')
    .option('--to <run>', 'run id (default: the newest kept run)')
    .option('--auto-approve', 'do not ask', false)
    .action(lazily({ doing: 'reading the kept states' }, async () => (await import('./restore.ts')).restoreCommand));
  stateCommand('forget', 'let go of a resource that was left behind; it stays on Azure')
    .argument('<name>', 'its name, as status, plan and drift list it')
    .action(lazily({ doing: 'reading the state' }, async () => (await import('./state.ts')).forgetLeftBehind));
  stateCommand('migrate', 'rewrite an older state document in the present format; a copy is kept').action(
    lazily({ doing: 'reading the state' }, async () => (await import('./state.ts')).migrateState),
  );
}
