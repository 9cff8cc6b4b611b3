import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  BACKENDS,
  type Backend,
  GITHUB_REPOSITORY,
  INSTALL_NAME,
  INSTALL_NAME_RULE,
} from '../../install/asked-names.ts';
import { addCommonOptions, collect, type DeployOptions } from '../options.ts';

/** What the command line says of an installation; what it leaves out is as it was, or as it is by default. */
export interface AskedInstallation {
  readonly name: string | undefined;
  readonly location: string | undefined;
  readonly group: string | undefined;
  readonly subscription: string | undefined;
  readonly deploysTo: readonly string[];
  readonly secret: Readonly<Record<string, string>>;
  /** Undefined where neither --uploads nor --no-uploads was said. */
  readonly uploads: boolean | undefined;
  readonly entraApp: string | undefined;
  readonly allow: readonly string[];
  readonly backend: Backend | undefined;
  readonly github: string | undefined;
  readonly subject: string | undefined;
}

export interface InstallCommandOptions extends DeployOptions, AskedInstallation {
  /** Archive of the app; undefined: that of this product. */
  readonly package: string | undefined;
  readonly print: boolean;
  /** Whether the workflows' key is made anew. */
  readonly rotateCiKey: boolean;
}

/** Where the configuration of an installation is kept, and the name of its environment. */
const INSTALLATION = { config: 'deployer.yaml', environment: 'deployer' };

export function addInstallOptions(command: Command): Command {
  return addCommonOptions(command, INSTALLATION)
    .option('--name <name>', 'of the app; must be free in all of Azure', parseName)
    .option('--location <region>', 'where it is made')
    .option('--group <name>', 'its resource group (default: the name of the app)')
    .option('--subscription <id>', 'default: the only one that the account sees')
    .option(
      '--deploys-to <group>',
      'an existing resource group that it may deploy to (repeatable; default: the subscription)',
      collect,
      [],
    )
    .option(
      '--secret <NAME=keyvault:SECRET>',
      'what env:NAME stands for in configurations: a secret of its vault (repeatable)',
      collectSecret,
      {},
    )
    .option('--uploads', 'deploy what is uploaded to its container (default)')
    .option('--no-uploads', 'do not')
    .option('--entra-app <client-id>', 'tell callers apart by an app registration that is there')
    .option('--allow <network>', 'let in this network only: 203.0.113.0/24 (repeatable)', collect, [])
    .addOption(
      new Option(
        '--backend <name>',
        'what keeps its orchestrations (default: azure-storage); changes when none is under way',
      ).choices(BACKENDS),
    )
    .option('--github <owner/repo>', 'let the workflows of this repository in', parseRepository)
    .option('--rotate-ci-key', 'make the key of the workflows anew; the one before opens nothing any more', false)
    .option('--subject <subject>', 'how GitHub calls their job, where it cannot be asked')
    .option('--package <file>', 'archive of another build of the app')
    .option('--adopt', 'take over resources of its names that are not marked as its own', false)
    .option('--print', 'print the configuration, and do nothing', false)
    .option('--dry-run', 'show the plan and change nothing', false)
    .option('--auto-approve', 'do not ask', false);
}

function parseName(value: string): string {
  if (INSTALL_NAME.test(value)) return value;
  throw new InvalidArgumentError(`Allowed: ${INSTALL_NAME_RULE}.`);
}

function parseRepository(value: string): string {
  if (GITHUB_REPOSITORY.test(value)) return value;
  throw new InvalidArgumentError('Allowed: OWNER/REPO.');
}

function collectSecret(value: string, previous: AskedInstallation['secret']): AskedInstallation['secret'] {
  const [, name, secret = ''] = /^([A-Za-z_][A-Za-z0-9_]*)=keyvault:([A-Za-z0-9-]{1,127})$/.exec(value) ?? [];
  if (name !== undefined) return { ...previous, [name]: secret };
  throw new InvalidArgumentError('Allowed: NAME=keyvault:SECRET; the secret itself is put into the vault by you.');
}
