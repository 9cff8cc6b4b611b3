import { ExitCode } from '../exit-code.ts';
import type { ErrorDescription } from './description.ts';

/** The embedded Functions runtime, the storage emulator, the simulator, and the way out through a proxy. */
export const HOST_ERRORS = {
  address_private: {
    meaning:
      'A repository that the configuration names is at, or leads to, an address inside: loopback, link-local, private or shared.',
    next: 'Name a public repository in docker.source; whoever runs this program allows hosts with DRAFTGENIE_PRIVATE_GIT_HOSTS.',
    exitCode: ExitCode.failed,
  },
  address_not_here: {
    meaning: 'The address that an app was to be served at is none of this machine.',
    next: 'Name one of its addresses with --host; 0.0.0.0 takes all of them.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  address_unknown: {
    meaning: 'Nothing that was deployed has that name, or several services have an address and none was named.',
    next: 'Name one of those that the message lists.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  page_missing: {
    meaning: 'The page that the app serves at /api/ui is not part of this build, or not that file of it.',
    next: 'Build it with "npm run build"; an app on Azure gets it with `draftgenie-deploy install`.',
    exitCode: ExitCode.failed,
    status: 404,
  },
  code_unknown: {
    meaning: 'No error has that code.',
    next: 'Look it up in docs/errors.md; a code of Azure that is not there is in the documentation of Azure.',
    exitCode: ExitCode.changes,
  },
  azurite_failed: {
    meaning: 'The storage emulator Azurite did not start, or ended.',
    next: 'Read what it wrote to standard error.',
    exitCode: ExitCode.failed,
  },
  azurite_missing: {
    meaning: 'The storage emulator Azurite is not installed.',
    next: 'Install it with npm install azurite, or set DEPLOYMENT_STORAGE to a storage that is there.',
    exitCode: ExitCode.failed,
  },
  blob_trigger_invalid: {
    meaning: 'A blob trigger has a path or a connection that cannot be used.',
    next: 'Correct the registration of the function that the message names.',
    exitCode: ExitCode.usage,
    wrong: 'setting',
  },
  certificate_untrusted: {
    meaning: 'A certificate is of an authority that is not trusted, such as that of a proxy that looks into TLS.',
    next: 'Name the PEM file of the authority in NODE_EXTRA_CA_CERTS; when there should be none, find out who answers.',
    exitCode: ExitCode.failed,
  },
  directory_missing: {
    meaning: 'Timers were registered, and no directory is given to keep their times in.',
    next: 'Give the runtime a directory.',
    exitCode: ExitCode.usage,
    wrong: 'setting',
  },
  disk_full: {
    meaning: 'A file of this machine could not be written: there is no room, or no quota, for it.',
    next: 'Make room and start the same command again: a deployment goes on where it stopped.',
    exitCode: ExitCode.failed,
  },
  folder_foreign: {
    meaning: 'The folder that an app is served from is not that of the user who runs it.',
    next: 'Serve from a directory of your own, or remove the folder.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  function_unsupported: {
    meaning: 'The embedded runtime does not serve a trigger or binding of a function.',
    next: 'Use one that the message lists, or the real Functions host.',
    exitCode: ExitCode.usage,
    wrong: 'setting',
  },
  host_json_invalid: {
    meaning: 'host.json is not JSON, or a setting in it is not allowed.',
    next: 'Correct the place that the message names.',
    exitCode: ExitCode.usage,
    wrong: 'configuration',
  },
  host_refused: {
    meaning:
      'An address of the configuration, or one that an answer gave, leads to a host that gets nothing from this product.',
    next: 'Correct the name that the address is made of; when Azure gave it, check AZURE_CLOUD and any proxy in between.',
    exitCode: ExitCode.failed,
  },
  not_asked: {
    meaning:
      'A plan of a configuration that is not trusted asks nobody but Resource Manager, and this was something else.',
    next: 'Plan without --untrusted once the configuration was read by somebody who may deploy it.',
    exitCode: ExitCode.failed,
  },
  journal_corrupt: {
    meaning: 'The journal of the embedded runtime is damaged before its last line.',
    next: 'Move the file away and run again: the next run goes on from the state and from Azure.',
    exitCode: ExitCode.failed,
  },
  keys_invalid: {
    meaning: 'The file of access keys is damaged.',
    next: 'Delete it: the next start makes new keys.',
    exitCode: ExitCode.failed,
  },
  port_in_use: {
    meaning: 'Another process listens on the port.',
    next: 'Name another one with --port; 0 takes any that is free.',
    exitCode: ExitCode.failed,
  },
  proxy_refused: {
    meaning:
      'The proxy does not let a request pass (407: no or a wrong user and password; 403: a host that is not allowed).',
    next: 'Put user and password into HTTPS_PROXY, have the host allowed at the proxy, or name it in NO_PROXY.',
    exitCode: ExitCode.failed,
  },
  proxy_setting_invalid: {
    meaning: 'HTTPS_PROXY, HTTP_PROXY or ALL_PROXY is not the address of a proxy.',
    next: 'Write it as http://host:port or https://host:port; characters of a password percent-encoded.',
    exitCode: ExitCode.usage,
    wrong: 'setting',
  },
  proxy_unreachable: {
    meaning: 'The proxy that HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names does not answer.',
    next: 'Check the address and the network; hosts that need no proxy belong into NO_PROXY.',
    exitCode: ExitCode.failed,
  },
  route_invalid: {
    meaning: 'The HTTP route of a function is malformed, or two functions answer the same request.',
    next: 'Correct the registration of the function that the message names.',
    exitCode: ExitCode.usage,
    wrong: 'setting',
  },
  schedule_invalid: {
    meaning: 'The schedule of a timer cannot be read.',
    next: 'Write six fields {second} {minute} {hour} {day} {month} {day-of-week}, or a time span hh:mm:ss.',
    exitCode: ExitCode.usage,
    wrong: 'setting',
  },
  served_already: {
    meaning: 'An app is served from this directory already.',
    next: 'Stop it first, or serve from another directory.',
    exitCode: ExitCode.locked,
  },
  simulator_failed: {
    meaning: 'The Azure simulator ended, at its start or later.',
    next: 'Read what it wrote to standard error.',
    exitCode: ExitCode.failed,
  },
  simulator_in_use: {
    meaning: 'Another process has the simulated cloud of this directory: a run with --simulate, or another command.',
    next: 'Look again when that has ended.',
    exitCode: ExitCode.locked,
  },
  simulator_refused: {
    meaning: 'DRAFTGENIE_SIMULATOR is set for an app that is not under development: it would deploy to nothing.',
    next: 'Take the setting away; under func start and other hosts on your machine set AZURE_FUNCTIONS_ENVIRONMENT to Development.',
    exitCode: ExitCode.usage,
    wrong: 'setting',
  },
  simulator_unreachable: {
    meaning: 'No Azure simulator answers at the address that DRAFTGENIE_SIMULATOR names.',
    next: 'Start it with draftgenie-deploy simulator, with the port of the address.',
    exitCode: ExitCode.failed,
  },
  storage_connection_invalid: {
    meaning: 'The connection of a blob trigger cannot be used.',
    next: 'Correct the setting that the message names.',
    exitCode: ExitCode.usage,
    wrong: 'setting',
  },
  storage_in_use: {
    meaning: 'Another process uses the directory of the storage emulator.',
    next: 'Stop the other one, or serve from another directory.',
    exitCode: ExitCode.locked,
  },
} as const satisfies Readonly<Record<string, ErrorDescription>>;
