import { ExitCode } from '../exit-code.ts';
import type { ErrorDescription } from './description.ts';

/** The configuration, the options of a command, secrets and the settings of the app. */
export const CONFIGURATION_ERRORS = {
  cloud_unknown: {
    meaning: 'AZURE_CLOUD names no cloud that is known.',
    next: 'Set it to one of the names that the message lists, or leave it out.',
    exitCode: ExitCode.usage,
    wrong: 'setting',
  },
  command_invalid: {
    meaning: 'The command line has a command, an option or a value that there is none of.',
    next: 'Correct the word that the message names; --help lists what there is.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  config_invalid: {
    meaning: 'The configuration breaks its schema or its rules; every problem is listed with its place.',
    next: 'Correct the places that the message names.',
    exitCode: ExitCode.usage,
    wrong: 'configuration',
    status: 400,
  },
  config_too_large: {
    meaning: 'The configuration file is too large.',
    next: 'Check that --config names the right file.',
    exitCode: ExitCode.usage,
    wrong: 'configuration',
  },
  config_too_costly: {
    meaning: 'The configuration that was sent takes longer to read than the app allows.',
    next: 'Split it, or take out what it repeats; DRAFTGENIE_PARSE_LIMIT_IN_SECONDS allows more.',
    exitCode: ExitCode.usage,
    wrong: 'configuration',
    status: 422,
  },
  config_unreadable: {
    meaning: 'The configuration file is not there, may not be read, or is not UTF-8 text.',
    next: 'Name a readable file with --config PATH.',
    exitCode: ExitCode.usage,
    wrong: 'configuration',
  },
  config_is_compose: {
    meaning: 'The file is one of Docker Compose, and no configuration of this program.',
    next: 'Make a configuration of it with draftgenie-deploy init --from FILE.',
    exitCode: ExitCode.usage,
    wrong: 'configuration',
  },
  export_exists: {
    meaning: 'The folder that export would write to is not empty; nothing in it is overwritten.',
    next: 'Name a folder that is not there yet.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  export_unwritable: {
    meaning: 'The folder that export would write to, or a file in it, cannot be written.',
    next: 'Name a folder that can be made, and written to.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  install_incomplete: {
    meaning: '`install` was not told the name of the app or its region.',
    next: 'Say --name and --location; later calls remember them.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  install_edited: {
    meaning: 'The file of an installation is not as `install` wrote it, so that it does not write it anew.',
    next: 'Write what you want into the file itself, and run `install` without options; or name another file with --config.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  github_subject_unknown: {
    meaning: 'How GitHub calls the jobs of a repository could not be asked, or follows a template of its own.',
    next: 'Give it with --subject.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  init_exists: {
    meaning: 'The file that init would write is there already; it is never overwritten.',
    next: 'Write to another file with --output FILE, or look first with --dry-run.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  init_nothing_found: {
    meaning: 'init found nothing of which it could make a configuration.',
    next: 'Name the folder of the application, or a file with --from FILE.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  group_unknown: {
    meaning: 'import was given a resource group that is not there, or that this account may not see.',
    next: 'Name one of those that `az group list` prints, and its subscription with --subscription.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  group_ambiguous: {
    meaning:
      'Several environments of this program share the resource group, and import was not told which one is meant.',
    next: 'Name one of those that the message lists with --environment NAME.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  group_without_environment: {
    meaning: 'import found no Container Apps environment in the resource group, or several and none was named.',
    next: 'Name the one that is meant with --container-apps-environment NAME.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  init_unreadable: {
    meaning: 'A file that init was given is not there, or is none of those that it can read.',
    next: 'Name a Compose file, a Dockerfile or a configuration of the original script with --from FILE.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  init_unwritable: {
    meaning: 'The file that init would write cannot be written where it was to be.',
    next: 'Write to another place with --output FILE, or print it with --dry-run.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  no_terminal: {
    meaning: 'The command needs an answer, and there is no terminal to ask on.',
    next: 'Add --auto-approve (for init: --yes), or run it on a terminal.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  options_contradict: {
    meaning: 'Two options of one command, or of one request, exclude each other.',
    next: 'Leave one of them out.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  not_remote: {
    meaning: 'The command has no --remote: it works on a state that this machine can reach.',
    next: 'Leave --remote out, or run it where the state can be reached.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  secret_in_config: {
    meaning: 'The configuration holds a secret value, which is not sent to a remote app.',
    next: 'Write env:NAME and set DRAFTGENIE_SECRET_NAME in the settings of the app, or write keyvault:NAME.',
    exitCode: ExitCode.usage,
    wrong: 'configuration',
  },
  secret_missing: {
    meaning: 'No value was given for a secret that the configuration needs.',
    next: 'Set the variables that the message names in the environment of the process that deploys.',
    exitCode: ExitCode.usage,
    wrong: 'setting',
  },
  secret_refused: {
    meaning: 'The value given for a secret is one that Azure refuses.',
    next: 'Give another value in the variable that the message names.',
    exitCode: ExitCode.usage,
    wrong: 'setting',
  },
  setting_invalid: {
    meaning: 'A setting of the app has a value that is not allowed.',
    next: 'Set it to what the message allows.',
    exitCode: ExitCode.usage,
    wrong: 'setting',
  },
  setting_missing: {
    meaning: 'A function needs a setting of the app that is not there.',
    next: 'Set it in the app, or in local.settings.json.',
    exitCode: ExitCode.usage,
    wrong: 'setting',
  },
} as const satisfies Readonly<Record<string, ErrorDescription>>;
