import type { Command } from 'commander';
import type { ExitCode } from '../shared/errors.ts';
import { productVersion } from '../shared/product-version.ts';
import { addStateCommands } from './commands/state-commands.ts';
import { openConsole } from './console/console.ts';
import { reportError, untilUnread } from './exit.ts';
import { addInstallOptions } from './install/asked.ts';
import { asksForJson } from './json/asks-for-json.ts';
import {
  type About,
  type Action,
  always,
  isCommon,
  isDry,
  type Lazily,
  onlyResets,
  placeOf,
  planning,
} from './lazily.ts';
import { LazyCommand } from './lazy-command.ts';
import {
  addCommonOptions,
  addDeployOptions,
  addExportOptions,
  addFromOption,
  addKeyOptions,
  addLogsOptions,
  addOutputOption,
  addPlanOptions,
  addSimulateOptions,
  addSimulatorOptions,
  type CommonOptions,
  collect,
  type DeployOptions,
  parseAddress,
  parseDumpTarget,
  parseEnvironment,
  parseLimit,
  parsePlanDigest,
  parsePort,
  SOURCE,
} from './options.ts';
import { withOwnCommands } from './own-commands.ts';
import { requireKnown, rootHelp } from './root-help.ts';
import { processTerminal, type Streams } from './terminal.ts';

/** Runs one command line; answers the process exit code. */
export async function runCli(args: readonly string[], given: Streams = processTerminal()): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const isJson = asksForJson(args);
  const { terminal: plain, console } = openConsole(given, { isJson });
  let terminal = plain;
  const lazily: Lazily =
    <Options extends object, Args extends readonly unknown[]>(
      { doing, onlyLooks = () => false, find = async (found) => found }: About<Options>,
      load: (options: Options) => Promise<Action<Options, Args>>,
    ) =>
    async (...parameters: unknown[]): Promise<void> => {
      const command = parameters.pop() as Command;
      parameters.pop();
      const asked = optionsOf(command) as unknown as Options;
      console.doing(typeof doing === 'string' ? doing : doing(asked));
      const options = await find(asked, plain);
      terminal = withOwnCommands(plain, program, isCommon(options) ? options : undefined, { isJson });
      const action = await load(options);
      const done = action(terminal, options, ...(parameters as unknown as Args));
      exitCode = onlyLooks(options) ? await untilUnread(given, done) : await done;
    };
  const program = await createProgram(args, plain, lazily);
  try {
    requireKnown(program, args[0]);
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return await reportError(error, terminal, isJson);
  } finally {
    console.close();
  }
}

/** What was asked of a command, its defaults with it. */
export function optionsOf(command: Command): Record<string, unknown> {
  return {
    ...command.optsWithGlobals(),
    configGiven: command.getOptionValueSourceWithGlobals('config') !== 'default',
  };
}

/**
 * All commands and their options.
 * @param lazily what is done with the one that is called
 */
export async function createProgram(
  args: readonly string[],
  terminal: Pick<Streams, 'stdout' | 'stderr'>,
  lazily: Lazily,
): Promise<Command> {
  const program = new LazyCommand('draftgenie-deploy')
    .description('Deploys container applications to Azure Container Apps: durable, stateful, explained.')
    .version(productVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
    });

  const common = (name: string, description: string): Command =>
    addCommonOptions(program.command(name).description(description));

  addDeployOptions(
    addCommonOptions(program.command('deploy', { isDefault: true }).description('deploy what changed (the default)')),
  ).action(
    lazily(
      { doing: (options) => (onlyResets(options, args) ? 'reading the state' : planning(options)), onlyLooks: isDry },
      async (options: DeployOptions) => {
        if (onlyResets(options, args)) return (await import('./commands/state.ts')).onlyResetState;
        if (options.simulate && options.remote === undefined) await preloadSimulator();
        return (await import('./commands/deploy.ts')).deployCommand;
      },
    ),
  );

  addPlanOptions(common('plan', 'show what a deployment would do, and why')).action(
    lazily({ doing: planning, onlyLooks: always }, async () => (await import('./commands/plan.ts')).planCommand),
  );

  addFromOption(
    addCommonOptions(
      program.command('cost').description('what it costs in a month, whole: now and after a deployment'),
      { formats: ['pretty', 'json', 'csv'] },
    ),
  )
    .option('--source <dir>', SOURCE)
    .action(
      lazily(
        { doing: 'asking what everything costs', onlyLooks: always },
        async () => (await import('./cost/cost-command.ts')).costCommand,
      ),
    );

  common('rollback', 'bring images, variables and scale of an earlier run back')
    .option('--to <run>', 'a kept successful run (default: the one before the last)')
    .option('--dry-run', 'show the plan and change nothing', false)
    .option('--auto-approve', 'do not ask', false)
    .action(
      lazily(
        { doing: planning, onlyLooks: isDry },
        async () => (await import('./commands/rollback.ts')).rollbackCommand,
      ),
    );

  common('destroy', 'delete what deployments made; the plan says what stays, and why')
    .alias('down')
    .option('--keep-data', 'leave what holds data; the state goes on to know it', false)
    .option('--left-behind <name>', 'delete one thing that was left behind, as status and drift name it')
    .option('--include <name>', 'delete this, too, although nothing says that we made it (repeatable)', collect, [])
    .option('--dump-to <account/container>', 'first dump the databases to this blob container', parseDumpTarget)
    .option('--confirm <name>', 'the name of the environment: delete without asking, data too')
    .option('--expired', 'delete it without asking if its time is over, data too; else do nothing', false)
    .option('--auto-approve', 'do not ask where no data is deleted', false)
    .option('--dry-run', 'show the plan and change nothing', false)
    .action(
      lazily({ doing: planning, onlyLooks: isDry }, async () => (await import('./commands/destroy.ts')).destroyCommand),
    );

  common('reap', 'delete environments whose time is over, and tell of those whose time is over soon').action(
    lazily(
      { doing: 'looking for environments whose time is over' },
      async () => (await import('./commands/reap.ts')).reapCommand,
    ),
  );

  common('drift', 'what was changed on Azure since the last deployment; exits with 2 when something was')
    .option('--fix', 'repair it: a run of just the steps concerned', false)
    .option('--auto-approve', 'do not ask', false)
    .action(
      lazily(
        { doing: (options) => `comparing with what there is ${placeOf(options)}`, onlyLooks: ({ fix }) => !fix },
        async () => (await import('./commands/drift.ts')).driftCommand,
      ),
    );

  common('status', 'what is deployed, how the services are, and how the last run ended; or one run')
    .argument('[run]', 'run id')
    .option('--offline', 'do not ask Azure: only what the state says', false)
    .action(
      lazily(
        {
          doing: (options) => `asking how the services are ${placeOf(options)}`,
          onlyLooks: always,
          find: async (asked, given) => await (await import('./local/simulated-state.ts')).asDeployed(asked, given),
        },
        async ({ simulate, offline }: CommonOptions & { readonly offline: boolean }) => {
          if (simulate && !offline) preloadSimulator();
          return (await import('./commands/status.ts')).statusCommand;
        },
      ),
    );
  common('runs', 'list the runs, newest first')
    .option('--limit <n>', 'how many', parseLimit, 20)
    .action(
      lazily(
        { doing: 'reading the runs', onlyLooks: always },
        async () => (await import('./commands/runs.ts')).runsCommand,
      ),
    );
  common('audit', 'who asked for what in the environment, newest first')
    .option('--limit <n>', 'how many', parseLimit, 20)
    .action(
      lazily(
        { doing: 'reading who asked for what', onlyLooks: always },
        async () => (await import('./commands/audit.ts')).auditCommand,
      ),
    );
  addLogsOptions(common('logs', 'print the events of a run, or what a service writes')).action(
    lazily(
      { doing: 'reading what was written' },
      async ({ simulate, service }: CommonOptions & { readonly service: string | undefined }) => {
        if (simulate && service !== undefined) preloadSimulator();
        return (await import('./commands/logs.ts')).logsCommand;
      },
    ),
  );
  common('approve', 'approve the plan that a run waits with')
    .argument('<run>', 'run id')
    .requiredOption('--plan <digest>', 'digest of the plan, as status and logs show it', parsePlanDigest)
    .option('--reject', 'reject it instead', false)
    .option('--comment <text>', 'why; kept with the run')
    .option('--confirm <name>', 'the name of the environment, where the plan deletes data')
    .option('--accept-cost', 'the plan may cost more in a month than the configuration allows', false)
    .action(
      lazily({ doing: 'passing the decision on' }, async () => (await import('./commands/approve.ts')).approveCommand),
    );
  common('cancel', 'stop a run at its next safe point')
    .argument('[run]', 'run id (default: the one that holds the lock)')
    .action(
      lazily({ doing: 'asking the run to stop' }, async () => (await import('./commands/cancel.ts')).cancelCommand),
    );

  addCommonOptions(
    program.command('job').description('jobs of the configuration').command('run').description('start a job once'),
  )
    .argument('<name>', 'its key in the configuration, or its name')
    .option('--wait', 'until it has ended; prints its log, and fails as it does', false)
    .action(
      lazily(
        { doing: 'starting the job' },
        async ({ simulate, remote }: CommonOptions & { readonly wait: boolean }) => {
          if (simulate && remote === undefined) await preloadSimulator();
          return (await import('./commands/job.ts')).jobRunCommand;
        },
      ),
    );

  addFromOption(
    common('doctor', 'whether a deployment could start from here, and what to do about what stands in its way'),
  )
    .option('--source <dir>', SOURCE)
    .action(
      lazily(
        { doing: 'looking at what a deployment needs', onlyLooks: always },
        async ({ simulate }: CommonOptions & { readonly source: string | undefined }) => {
          if (simulate) await preloadSimulator();
          return (await import('./commands/doctor.ts')).doctorCommand;
        },
      ),
    );

  common('serve', 'serve the HTTP interface on this machine, with its storage')
    .option('--port <n>', 'port of the HTTP interface; 0: any', parsePort, 7071)
    .option('--host <address>', 'where it listens; 0.0.0.0: open to other machines', parseAddress, '127.0.0.1')
    .action(lazily({ doing: 'starting the app' }, async () => (await import('./commands/app/serve.ts')).serveCommand));

  addSimulatorOptions(
    addOutputOption(program.command('simulator').description('simulate Azure for an app under development')),
  )
    .option('--port <n>', 'where it listens; 0: any', parsePort, 7072)
    .action(
      lazily({ doing: 'starting the simulator' }, async () => {
        await preloadSimulator();
        return (await import('./commands/app/simulator.ts')).simulatorCommand;
      }),
    );

  common('open', 'open the page of the app, a service, or a page of the portal in the browser')
    .argument(
      '[what]',
      'an environment on the page, page, a service, a resource, or portal (default: the page of the app that --remote names or that is served here, else the service that has an address)',
    )
    .option('--print', 'print the address and open nothing', false)
    .action(
      lazily(
        { doing: 'looking for the address', onlyLooks: always },
        async () => (await import('./commands/open.ts')).openCommand,
      ),
    );
  addKeyOptions(program.command('key').description('make an access key that opens no more than it says')).action(
    lazily({ doing: 'making the key' }, async () => (await import('./commands/app/key.ts')).keyCommand),
  );
  addOutputOption(program.command('explain').description('what an error means, and what to do about it'))
    .argument('<code>', 'code of the error, as it was printed')
    .action(
      lazily(
        { doing: 'looking the code up', onlyLooks: always },
        async () => (await import('./commands/explain.ts')).explainCommand,
      ),
    );
  addFromOption(common('config', 'print the configuration of the environment, and where each value comes from'))
    .action(
      lazily(
        { doing: 'reading the configuration', onlyLooks: always },
        async () => (await import('./commands/config.ts')).configCommand,
      ),
    )
    .command('schema')
    .description('print its JSON Schema')
    .action(
      lazily(
        { doing: 'making the schema', onlyLooks: always },
        async () => (await import('./commands/config.ts')).configSchema,
      ),
    );

  addExportOptions(
    common('export', 'write the environment as code: Bicep, a template of Azure Resource Manager, or Terraform'),
  ).action(
    lazily(
      { doing: 'reading the environment' },
      async () => (await import('./export/export-command.ts')).exportCommand,
    ),
  );

  const init = program
    .command('init')
    .description('make a configuration of what a folder holds: a Compose file, Dockerfiles');
  addSimulateOptions(init, 'ask')
    .argument('[folder]', 'folder of the application (default: this one)')
    .option('--from <path>', 'make it of this file (repeatable: Compose files that are merged)', collect, [])
    .option('--output <path>', 'file to write, which is not there yet (default: config.yaml in the folder)')
    .option('--profile <name>', 'take services of this Compose profile along (repeatable)', collect, [])
    .option('--yes', 'ask nothing: everything as it is proposed', false)
    .option('--dry-run', 'print the configuration and write nothing', false)
    .option('--json', 'tell as one line of JSON what was made; asks nothing, as --yes', false)
    .action(lazily({ doing: 'looking into the folder' }, async () => (await import('./init/init.ts')).initCommand));

  const imported = program
    .command('import')
    .description('make a configuration of what a resource group holds, by whomever it was made')
    .argument('<group>', 'name of the resource group');
  addSimulateOptions(imported, 'read')
    .option('--subscription <id>', 'where the group is (default: the only one of the account)')
    .option('--container-apps-environment <name>', 'whose apps are meant, where the group has several')
    .option('--environment <name>', 'whose resources are meant (default: the one of their tags)', parseEnvironment)
    .option('--output <path>', 'file to write, which is not there yet', 'config.yaml')
    .option('--config-only', 'write no state', false)
    .option('--dry-run', 'print the configuration and write nothing', false)
    .option('--json', 'tell as one line of JSON what was made', false)
    .action(
      lazily(
        { doing: 'reading the resource group' },
        async () => (await import('./import/import-command.ts')).importCommand,
      ),
    );
  addInstallOptions(
    program.command('install').description('make the deployer an app on Azure, or bring it up to date'),
  ).action(
    lazily({ doing: 'preparing the installation' }, async () => (await import('./install/install.ts')).installCommand),
  );

  addStateCommands(program, lazily);

  const completion = 'print what makes the shell complete: bash, zsh, fish or powershell';
  if (args[0] === 'completion' || args[0] === 'complete') {
    (await import('./completion.ts')).addCompletion(program, args, completion);
  } else {
    // For --help alone: the library is loaded when it is called.
    program.command('completion').argument('<shell>').description(completion);
  }

  return program.addHelpText('after', () => rootHelp(program));
}

/** Loads nothing for commands that need no simulator. */
async function preloadSimulator(): Promise<void> {
  (await import('./simulator-process.ts')).preloadSimulator();
}
